internal import HTTPTypes
internal import Hummingbird
internal import ListenerKit
public import Logging
internal import NIOCore
public import SluiceInternal
public import SluiceSDK
public import SluiceTLS
internal import Synchronization

/// The server that handlers call: `POST /v1/tickets/{ticket_id}/events`, `GET /v1/tickets/{ticket_id}`,
/// `GET /v1/tickets/{ticket_id}/attachments/{attachment_id}`, `GET /v1/events`, `POST /v1/events/ack`.
public final class HandlerAPI: Sendable {
    /// Largest body: a public text of 64 KiB in its worst JSON spelling, and a note.
    public static let largestBody = 512 << 10

    private let address: ListenAddress
    private let tls: ListenerTLS?
    private let door: HandlerDoor
    private let logger: Logger
    private let running: @Sendable (Int) -> Void
    private let bound = Mutex<Int?>(nil)

    /// - Parameters:
    ///   - address: port 0 lets the system choose.
    ///   - isBehindProxy: a proxy in front ends TLS.
    ///   - tls: what connections are encrypted with; without it and without a proxy, only loopback is served.
    ///   - running: called with the port once requests are taken.
    /// - Throws: `ListenError`.
    public init(
        address: ListenAddress, isBehindProxy: Bool = false, tls: ListenerTLS? = nil, zone: InternalZone,
        logger: Logger,
        running: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        try address.requireLoopback(unlessBehindProxy: isBehindProxy, orEncrypted: tls != nil)
        self.address = address
        self.tls = tls
        door = HandlerDoor(zone: zone, logger: logger)
        self.logger = logger
        self.running = running
    }

    /// The port it listens on; nil before it does.
    public var port: Int? { bound.withLock { $0 } }

    /// Until its task is cancelled.
    public func run() async throws {
        // The server reports every connection that a stop cuts off as an error of its own; what fails is thrown.
        var quiet = logger
        quiet.logLevel = .critical
        let application = Application(
            responder: HandlerResponder(door: door),
            server: .handlers(tls),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            onServerRunning: { [self] channel in
                let port = channel.localAddress?.port ?? address.port
                bound.withLock { $0 = port }
                logger.info("handler API listening", metadata: ["address": "\(address.host)", "port": "\(port)"])
                running(port)
            },
            logger: quiet)
        try await GentleServer.run(application, logger: quiet)
    }
}

/// Between Hummingbird and the door: reads the body within its limit, writes the answer.
struct HandlerResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let door: HandlerDoor

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        response(await answer(request))
    }

    private func answer(_ request: Request) async -> HandlerAnswer {
        let limit = HandlerAPI.largestBody
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { return .tooLarge(limit) }
        var body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            return .tooLarge(limit)
        } catch {
            return .error(400, "api.body", "the body did not arrive whole; send it again")
        }
        return await door.answer(
            HandlerCall(
                method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
                authorization: request.headers[.authorization],
                body: body.readBytes(length: body.readableBytes) ?? []))
    }

    private func response(_ answer: HandlerAnswer) -> Response {
        var headers: HTTPFields = [.contentType: answer.type]
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
