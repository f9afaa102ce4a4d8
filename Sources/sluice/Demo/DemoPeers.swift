import CurlKit
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SluiceSDK
import Synchronization

/// The other ends of the demo, on real sockets: two handlers that receive deliveries, and the sources' reply endpoints.
final class DemoPeers: Sendable {
    private let books: DemoBooks
    private let secrets: DemoSecrets
    private let clock: @Sendable () -> Timestamp
    private let handlerAPI = Mutex("")
    private let work: AsyncStream<DemoDelivery>
    private let incoming: AsyncStream<DemoDelivery>.Continuation
    private let seenReplies = Mutex<Set<String>>([])

    init(books: DemoBooks, secrets: DemoSecrets, clock: @escaping @Sendable () -> Timestamp) {
        self.books = books
        self.secrets = secrets
        self.clock = clock
        (work, incoming) = AsyncStream.makeStream()
    }

    /// Where the owner sends its case events.
    func connect(to handlerAPI: String) {
        self.handlerAPI.withLock { $0 = handlerAPI }
    }

    /// - Parameter onPort: called once with the port that the system chose.
    func serve(onPort: @escaping @Sendable (Int) -> Void) async throws {
        let router = Router()
        router.post("/centre/sluice") { request, _ in
            try await self.deliver(request, secret: self.secrets.centreSecret, isOwner: true)
        }
        router.post("/discipline/sluice") { request, _ in
            try await self.deliver(request, secret: self.secrets.disciplineSecret, isOwner: false)
        }
        router.post("/12345/orders/:number/reply") { request, _ in
            try await self.reply(request, channel: "hotline-12345", answer: #"{"code":0}"#)
        }
        router.post("/province/transfer/:number/feedback") { request, _ in
            try await self.reply(request, channel: "web-shandong-12345", answer: "{}")
        }
        var logger = Logger(label: "demo")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) }, logger: logger)
        try await application.run()
    }

    /// The owner at work: takes each ticket up and answers it, through the handler API.
    func handle() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for await delivery in self.work { await self.answer(delivery) } }
            }
        }
    }

    private func deliver(_ request: Request, secret: String, isOwner: Bool) async throws -> HTTPResponse.Status {
        let body = try await bytes(of: request)
        guard isGenuine(request, body, secret: secret) else { return .unauthorized }
        guard isOwner, let document = try? JSONDocument.parse(body) else { return .ok }
        var events: [JSONElement] = []
        if document.root.kind == .array {
            document.root.forEachElement { events.append($0) }
        } else {
            events = [document.root]
        }
        for event in events { take(event) }
        return .ok
    }

    private func take(_ event: JSONElement) {
        guard let ticketID = event["subject"]?.string, let data = event["data"] else { return }
        let channel = data["channel_id"]?.string ?? "?"
        let isNew = Mutex(false)
        books.update(channel) { line in isNew.withLock { $0 = line.delivered.insert(ticketID).inserted } }
        if isNew.withLock({ $0 }) {
            incoming.yield(DemoDelivery(ticketID: ticketID, title: data["title"]?.string ?? ""))
        }
    }

    /// Standard Webhooks, checked as a receiver should.
    private func isGenuine(_ request: Request, _ body: [UInt8], secret: String) -> Bool {
        func header(_ name: String) -> String { request.headers[HTTPField.Name(name)!] ?? "" }
        guard let key = Base64.decode(String(secret.dropFirst(6))) else { return false }
        let signed = Array("\(header("webhook-id")).\(header("webhook-timestamp")).".utf8) + body
        return header("webhook-signature") == "v1," + Base64.encode(hmacSHA256(key: key, signed))
    }

    private func answer(_ delivery: DemoDelivery) async {
        let now = clock().rfc3339(in: .shanghai)
        await post(delivery.ticketID, ["event_id": "take-\(delivery.ticketID)", "type": "in_progress"])
        await post(
            delivery.ticketID,
            [
                "event_id": "answer-\(delivery.ticketID)", "type": "replied", "replied_at": now,
                "public_text": "您好，您反映的“\(delivery.title)”已由承办单位现场核实并处理，感谢您的监督。",
            ])
    }

    private func post(_ ticketID: String, _ event: [String: String]) async {
        var json = JSONWriter()
        json.beginObject()
        for (name, value) in event.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
        json.endObject()
        let url = handlerAPI.withLock { $0 } + "/v1/tickets/\(ticketID)/events"
        let headers = [("Content-Type", "application/json"), ("Authorization", "Bearer \(secrets.centreToken)")]
        _ = try? await CurlClient.shared.perform(CurlRequest("POST", url, headers: headers, body: json.bytes))
    }

    private func reply(_ request: Request, channel: String, answer: String) async throws -> Response {
        let id = request.headers[HTTPField.Name("Idempotency-Key")!] ?? ""
        books.update(channel) { if !$0.replies.insert(id).inserted { $0.repeatedReplies += 1 } }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: answer)))
    }

    private func bytes(of request: Request) async throws -> [UInt8] {
        Array(try await request.body.collect(upTo: 16 << 20).readableBytesView)
    }
}

struct DemoDelivery: Sendable {
    var ticketID: String
    var title: String
}
