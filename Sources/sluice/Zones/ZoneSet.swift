import Logging
import SluiceBoundary
import SluiceConfig
import SluiceSDK

/// The three zones in one process, each with its own store, key and folders, joined by segments only.
struct ZoneSet: Sendable {
    let external: ExternalNode
    let relay: RelayNode
    let internalZone: InternalNode
    let stores: ZoneStores

    /// - Parameter ports: in place of both listeners' ports; 0 lets the system choose.
    init(_ workspace: Workspace, ports: Int? = nil, logLevel: Logger.Level) throws {
        // In one process the reader of a segment is told of it; between processes it looks.
        let bell = BoundaryBell()
        external = try ExternalNode(workspace, port: ports, bell: bell, logLevel: logLevel)
        relay = try RelayNode(workspace, bell: bell, logLevel: logLevel)
        internalZone = try InternalNode(workspace, port: ports, bell: bell, logLevel: logLevel)
        stores = ZoneStores(
            external: external.store, relay: relay.store, internalZone: internalZone.store,
            timeZone: try workspace.external().timeZone)
    }

    /// Until its task is cancelled. The first zone that fails ends the others.
    func run(
        reload: Set<ReloadTrigger> = [],
        onListening: @escaping @Sendable (Int) -> Void = { _ in },
        onHandlerAPI: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let signals = SignalsPlan(
            [
                (external.signalsAddress, external.signals), (relay.signalsAddress, relay.signals),
                (internalZone.signalsAddress, internalZone.signals),
            ], logger: Logger.zone("signals"))
        try await Parts.run(
            [
                { try await external.run(reload: reload, onListening: onListening) }, relay.run,
                { try await internalZone.run(onHandlerAPI: onHandlerAPI) },
            ] + signals.parts)
    }
}
