public import Logging
internal import NIOCore
internal import NIOPosix
public import SluiceSDK
public import SluiceTLS
internal import Synchronization

/// The HTTP server behind which all push channels stand.
///
/// It owns sockets, limits and time; what a path means is asked of `PushRouting` for every request.
public final class PushListener: Sendable {
    private let address: ListenAddress
    private let desk: PushDesk
    private let logger: Logger
    private let connections: ConnectionRegistry
    private let state = Mutex(State())
    private let running: @Sendable (Int) -> Void

    private struct State {
        var server: (any Channel)?
    }

    /// - Parameters:
    ///   - address: see `ListenAddress.parse`; port 0 lets the system choose.
    ///   - tls: what connections are encrypted with; without it and without a proxy, only loopback is served.
    ///   - running: called with the port once requests are taken.
    /// - Throws: `ListenError`.
    public init(
        address: String, behindProxy: Bool = false, tls: ListenerTLS? = nil, routes: any PushRouting,
        limits: ListenerLimits = ListenerLimits(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp.now() },
        running: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        self.address = try ListenAddress.parse(address, behindProxy: behindProxy, encrypted: tls != nil)
        self.logger = logger
        self.running = running
        desk = PushDesk(routes: routes, limits: limits, tls: tls, logger: logger, clock: clock)
        connections = ConnectionRegistry(most: limits.connections)
    }

    /// The port it listens on; nil before `bind`.
    public var port: Int? { state.withLock { $0.server?.localAddress?.port } }

    /// Opens the port and takes requests from then on; `run` does it when it was not done before.
    /// - Throws: `ListenError`.
    public func bind() async throws {
        if state.withLock({ $0.server != nil }) { return }
        do {
            let server = try await bootstrap().bind(host: address.address.description, port: address.port).get()
            state.withLock { $0.server = server }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ListenError("listen.in-use", "\(address) is taken by another process; stop it or change listen:")
        } catch {
            throw ListenError("listen.failed", "cannot listen on \(address): \(error)")
        }
        logger.info("listening", metadata: ["address": "\(address.address)", "port": "\(port ?? 0)"])
        running(port ?? 0)
    }

    /// Takes requests until the task is cancelled; then lets those in hand end and closes.
    public func run() async throws {
        try await bind()
        guard let server = state.withLock({ $0.server }) else { return }
        try await withTaskCancellationHandler {
            try await server.closeFuture.get()
        } onCancel: {
            server.close(promise: nil)
        }
        state.withLock { $0.server = nil }
        await connections.quiesce(within: desk.limits.stopTime)
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A sender that closes its half still gets its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [desk, connections] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.add(channel) else { return try Self.turnAway(channel, desk) }
                    try Self.setUp(channel, desk)
                }
            }
    }
}
