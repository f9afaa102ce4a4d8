internal import SluiceConfig
internal import SluiceSDK
internal import Synchronization

/// Which channel answers a path. Looked up for every request, so a reload changes it at once; requests in hand end with
/// the version that took them.
final class PushGate: PushRouting, Sendable {
    private let routes = Mutex<[String: PushRoute]>([:])

    func open(_ channel: CompiledChannel, transport: any PushTransport) {
        set(channel, transport) { try await self.carryIn($0, to: channel) }
        channel.status.enter("running", "listening on \(transport.endpoint.path)")
    }

    /// The channel is paused: the upstream is told to come again.
    func hold(_ channel: CompiledChannel, transport: any PushTransport) {
        set(channel, transport) { _ in
            throw PushRefusal(
                503, "channel.paused", "the channel is paused; send it again later", headers: [("Retry-After", "300")])
        }
    }

    /// Nobody answers the path any more, unless another channel has taken it.
    func close(_ channel: CompiledChannel, transport: any PushTransport) {
        let path = transport.endpoint.path
        routes.withLock { routes in
            if routes[path]?.channelID == channel.id { routes[path] = nil }
        }
    }

    func route(path: String) -> PushRoute? {
        routes.withLock { $0[path] }
    }

    private func set(
        _ channel: CompiledChannel, _ transport: any PushTransport,
        receive: @escaping @Sendable (RawMessage) async throws -> MessageOutcome
    ) {
        let route = PushRoute(
            channelID: channel.id, transport: transport, limits: channel.file.limits, receive: receive,
            refused: { channel.status.refused($0) })
        routes.withLock { routes in
            // A path that the new version left is not answered any more.
            for (path, old) in routes where old.channelID == channel.id { routes[path] = nil }
            routes[transport.endpoint.path] = route
        }
    }
}
