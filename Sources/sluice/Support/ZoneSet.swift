import Foundation
import Logging
import SluiceBoundary
import SluiceConfig
import SluiceConsole
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK
import SluiceStore

/// The three zones in one process, each with its own store, key and folders, joined by segments only.
struct ZoneSet: Sendable {
    let stores: ZoneStores
    let external: ExternalZone
    let relay: RelayZone
    let internalZone: InternalZone
    private let listen: ListenAddress
    private let isBehindProxy: Bool
    private let controlPath: String
    private let externalControlPath: String
    private let logger: Logger
    private let locks: [ZoneLock]

    /// - Parameters:
    ///   - ports: overrides the ports of both listeners; 0 lets the system choose.
    init(_ workspace: Workspace, ports: Int? = nil, logLevel: Logger.Level) throws {
        let keys = try ZoneKeys(workspace)
        let externalFile = try workspace.external()
        let relayFile = try workspace.relay()
        let internalFile = try workspace.internalZone()
        let folders = [externalFile.data, relayFile.data, internalFile.data].map(workspace.located)
        for folder in folders { try ZoneStores.prepare(folder) }
        locks = try folders.map { try ZoneLock(folder: $0) }
        stores = try ZoneStores(workspace)
        logger = Logger.zone("sluice", level: logLevel)

        // In one process the reader of a segment is told of it; between processes it looks.
        let bell = BoundaryBell()
        external = try ExternalZone(
            settings: ExternalSettings(
                jurisdiction: externalFile.jurisdiction, timeZone: externalFile.timeZone, dataFolder: folders[0],
                listen: externalFile.listen.with(port: ports).description, isBehindProxy: externalFile.isBehindProxy,
                boundary: workspace.located(externalFile.boundary)),
            channels: workspace.configuration.channels, lookups: workspace.configuration.lookups,
            plugins: PluginCatalog.external, store: stores.external, keys: try keys.forExternal(), bell: bell,
            logger: Logger.zone("external", level: logLevel))
        var relaySettings = RelaySettings(relayFile, jurisdiction: externalFile.jurisdiction)
        relaySettings.toExternal = workspace.located(relaySettings.toExternal)
        relaySettings.fromExternal = workspace.located(relaySettings.fromExternal)
        relaySettings.toInternal = workspace.located(relaySettings.toInternal)
        relaySettings.fromInternal = workspace.located(relaySettings.fromInternal)
        relay = RelayZone(
            settings: relaySettings, store: stores.relay, keys: try keys.forRelay(), bell: bell,
            logger: Logger.zone("relay", level: logLevel))
        let boundary = workspace.located(internalFile.boundary)
        internalZone = try InternalZone(
            settings: InternalSettings(
                timeZone: internalFile.timeZone, outFolder: boundary.out, inFolder: boundary.inward),
            handlers: workspace.configuration.handlers, senders: PluginCatalog.deliverySender,
            store: stores.internalZone,
            keys: try keys.forInternal(), bell: bell, logger: Logger.zone("internal", level: logLevel))
        listen = internalFile.listen.with(port: ports)
        isBehindProxy = internalFile.isBehindProxy
        controlPath = folders[1] + "/control.sock"
        externalControlPath = folders[0] + "/control.sock"
    }

    /// Until its task is cancelled. The first part that fails ends the others.
    func run(
        onListening: @escaping @Sendable (Int) -> Void = { _ in },
        onHandlerAPI: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let api = try HandlerAPI(
            address: listen, isBehindProxy: isBehindProxy, zone: internalZone, logger: logger,
            running: onHandlerAPI)
        let actions = QuarantineControl.actions(relay).merging(
            BoundaryControl.actions(external: external, relay: relay, internalZone: internalZone)
        ) { first, _ in first }
        let control = ControlServer(path: controlPath, actions: actions, logger: logger)
        let externalControl = ControlServer(
            path: externalControlPath, actions: ExternalControl.actions(external), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await external.run(onListening: onListening) }
            group.addTask { try await relay.run() }
            group.addTask { try await internalZone.run() }
            group.addTask { try await api.run() }
            group.addTask { try await control.run() }
            group.addTask { try await externalControl.run() }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
        throw CommandFailure("a part of the gateway ended by itself; the log says which")
    }
}
