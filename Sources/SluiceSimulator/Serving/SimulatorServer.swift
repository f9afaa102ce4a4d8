internal import HTTPTypes
internal import Hummingbird
internal import ListenerKit
internal import Logging
internal import NIOCore
public import SluiceSDK
internal import Synchronization

/// One loopback server for all upstreams; each knows its own paths.
public final class SimulatorServer: Sendable {
    private let upstreams = Mutex<[any SimulatedUpstream]>([])
    private let last = Mutex<PushRequest?>(nil)
    private let clock: @Sendable () -> Timestamp
    private static let mostBytes = 16 << 20

    public init(clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.clock = clock
    }

    /// Until its task is cancelled.
    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - onPort: called once with the port.
    public func run(port: Int = 0, onPort: @escaping @Sendable (Int) -> Void) async throws {
        var logger = Logger(label: "simulator")
        logger.logLevel = .critical
        let responder = CallbackResponder<BasicRequestContext> { [self] request, _ in try await respond(to: request) }
        let application = Application(
            responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) }, logger: logger)
        try await GentleServer.run(application, logger: logger)
    }

    /// What came last, whoever it was for.
    public var lastRequest: PushRequest? { last.withLock { $0 } }

    func serve(_ upstreams: [any SimulatedUpstream]) {
        self.upstreams.withLock { $0 = upstreams }
    }

    private func respond(to request: Request) async throws -> Response {
        let target = request.uri.string
        let body = try await request.body.collect(upTo: Self.mostBytes)
        let parts = target.split(separator: "?", maxSplits: 1)
        let pushed = PushRequest(
            method: request.method.rawValue, path: parts.first.map(String.init) ?? "/",
            query: parts.count > 1 ? QueryString.decode(parts[1]) : [],
            headers: request.headers.map { ($0.name.rawName.lowercased(), $0.value) },
            body: Array(body.readableBytesView), now: clock().seconds)
        last.withLock { $0 = pushed }
        let host = request.head.authority ?? "127.0.0.1"
        for upstream in upstreams.withLock({ $0 }) {
            if let answer = await upstream.answer(pushed, host: host) { return response(answer) }
        }
        return Response(status: .notFound)
    }

    private func response(_ answer: PushResponse) -> Response {
        var headers = HTTPFields()
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
