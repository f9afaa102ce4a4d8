internal import SluiceConfig
internal import SluiceSDK
internal import Synchronization

/// Which channel answers a path. Looked up for every request, so a reload changes it at once.
final class PushGate: PushRouting, Sendable {
    private let routes = Mutex<[String: PushRoute]>([:])

    func open(_ channel: CompiledChannel, transport: any PushTransport) {
        let route = PushRoute(
            channelID: channel.id, transport: transport, limits: channel.file.limits,
            receive: { try await self.carryIn($0, to: channel) },
            refused: { channel.status.refused($0) })
        routes.withLock { $0[transport.endpoint.path] = route }
        channel.status.enter("running", "listening on \(transport.endpoint.path)")
    }

    func route(path: String) -> PushRoute? {
        routes.withLock { $0[path] }
    }
}
