import CurlKit
import HTTPTypes
import Hummingbird
import ListenerKit
import Logging
import NIOCore
import SluiceConfig
import SluiceSDK
import Synchronization

/// The handlers at work, on real sockets: they take deliveries, or fetch them, and the owners answer every ticket.
final class DemoHandlers: Sendable {
    private let books: DemoBooks
    private let clock: @Sendable () -> Timestamp
    private let handlers = Mutex<[HandlerFile]>([])
    private let handlerAPI = Mutex("")
    private let work: AsyncStream<Delivery>
    private let incoming: AsyncStream<Delivery>.Continuation

    private struct Delivery: Sendable {
        var ticketID: String
        var title: String
        var token: String
    }

    init(books: DemoBooks, clock: @escaping @Sendable () -> Timestamp) {
        self.books = books
        self.clock = clock
        (work, incoming) = AsyncStream.makeStream()
    }

    /// - Parameter handlerAPI: where the owners send their case events, and those who fetch ask.
    func connect(_ handlers: [HandlerFile], to handlerAPI: String) {
        self.handlers.withLock { $0 = handlers }
        self.handlerAPI.withLock { $0 = handlerAPI }
    }

    /// - Parameter onPort: called once with the port that the system chose.
    func serve(onPort: @escaping @Sendable (Int) -> Void) async throws {
        let responder = CallbackResponder<BasicRequestContext> { [self] request, _ in
            Response(status: try await deliver(request))
        }
        var logger = Logger(label: "demo")
        logger.logLevel = .critical
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) }, logger: logger)
        try await GentleServer.run(application, logger: logger)
    }

    /// Answers and fetches until its task is cancelled.
    func handle() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for await delivery in self.work { await self.answer(delivery) } }
            }
            for handler in handlers.withLock({ $0 }) where handler.deliver.isPull {
                group.addTask { await self.fetch(handler) }
            }
        }
    }

    private func deliver(_ request: Request) async throws -> HTTPResponse.Status {
        let body = Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
        let path = request.uri.path
        let handler = handlers.withLock { handlers in
            handlers.first { handler in
                guard let url = try? handler.deliver.sender.config.optionalString("url") else { return false }
                return OutgoingRequest(method: "POST", url: url).path == path
            }
        }
        guard let handler else { return .notFound }
        let secret = try handler.deliver.sender.config.strings("secret").first ?? ""
        guard isGenuine(request, body, secret: secret) else { return .unauthorized }
        take(body, for: handler)
        return .ok
    }

    /// Standard Webhooks, checked as a receiver should.
    private func isGenuine(_ request: Request, _ body: [UInt8], secret: String) -> Bool {
        func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
        guard let key = Base64.decode(String(secret.dropFirst(6))) else { return false }
        let signed = Array("\(header("webhook-id")).\(header("webhook-timestamp")).".utf8) + body
        return header("webhook-signature") == "v1," + Base64.encode(hmacSHA256(key: key, signed))
    }

    /// - Returns: the events' ids.
    @discardableResult
    private func take(_ body: [UInt8], for handler: HandlerFile) -> [String] {
        guard let document = try? JSONDocument.parse(body) else { return [] }
        var events: [JSONElement] = []
        if document.root.kind == .array {
            document.root.forEachElement { events.append($0) }
        } else {
            events = [document.root]
        }
        books.countEvents(events.count, at: handler.id)
        if handler.role == .owner { for event in events { takeUp(event, handler) } }
        return events.compactMap { $0["id"]?.string }
    }

    private func takeUp(_ event: JSONElement, _ handler: HandlerFile) {
        guard let ticketID = event["subject"]?.string, let data = event["data"],
            books.take(ticketID, of: data["channel_id"]?.string ?? "?")
        else { return }
        books.beginAnswer()
        incoming.yield(
            Delivery(ticketID: ticketID, title: data["title"]?.string ?? "", token: handler.token ?? ""))
    }

    private func fetch(_ handler: HandlerFile) async {
        let token = handler.token ?? ""
        while !Task.isCancelled {
            let answer = try? await call("GET", "/v1/events?limit=100", token: token)
            let ids = answer.map { $0.isSuccess ? take($0.body, for: handler) : [] } ?? []
            if ids.isEmpty {
                guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
                continue
            }
            var json = JSONWriter()
            json.beginObject()
            json.field("event_ids", ids)
            json.endObject()
            _ = try? await call("POST", "/v1/events/ack", token: token, json.bytes)
        }
    }

    private func answer(_ delivery: Delivery) async {
        defer { books.endAnswer() }
        let about = delivery.title.isEmpty ? "的问题" : "的“\(delivery.title)”"
        await report(delivery, ["event_id": "take-\(delivery.ticketID)", "type": "in_progress"])
        await report(
            delivery,
            [
                "event_id": "answer-\(delivery.ticketID)", "type": "replied",
                "replied_at": clock().rfc3339(in: .shanghai),
                "public_text": "您好，您反映\(about)已由承办单位现场核实并处理，感谢您的监督。",
            ])
    }

    private func report(_ delivery: Delivery, _ event: [String: String]) async {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in event.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
        json.endObject()
        _ = try? await call("POST", "/v1/tickets/\(delivery.ticketID)/events", token: delivery.token, json.bytes)
    }

    private func call(_ method: String, _ path: String, token: String, _ body: [UInt8] = []) async throws
        -> CurlResponse
    {
        let headers = [("Content-Type", "application/json"), ("Authorization", "Bearer \(token)")]
        let url = handlerAPI.withLock { $0 } + path
        return try await CurlClient.shared.perform(
            CurlRequest(method, url, headers: headers, body: body, maxResponseBytes: 16 << 20))
    }
}
