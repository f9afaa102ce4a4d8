import Logging
import SluiceBoundary
import SluiceConfig
import SluiceConsole
import SluiceInternal
import SluiceSDK
import SluiceStore
import SluiceTLS

/// The internal zone as a process holds it: folder, store, keys, handler API, control socket. Reads internal.yaml and the
/// handlers.
struct InternalNode: Sendable {
    let store: Store
    let zone: InternalZone
    private let file: InternalFile
    private let tls: ListenerTLS?
    private let port: Int?
    private let folder: ZoneFolder
    private let logger: Logger

    /// - Parameter port: in place of the handler API's; 0 lets the system choose.
    init(_ workspace: Workspace, port: Int? = nil, bell: BoundaryBell = BoundaryBell(), logLevel: Logger.Level) throws {
        file = try workspace.internalZone()
        self.port = port
        let keys = try workspace.keys(.internal)
        folder = try ZoneFolder(.internal, in: workspace)
        store = try Store(path: folder.path + "/internal.db", schema: InternalSchema.schema)
        logger = Logger.zone("internal", level: logLevel)
        tls = try file.tls?.listener(logger)
        var zoneKeys = try InternalKeys(
            own: keys.own(), relay: keys.key(of: .relay),
            origins: ["external": keys.key(of: .external)].merging(keys.keys(of: file.producers)) { $1 })
        zoneKeys.opener = try workspace.opener()
        zone = try InternalZone(
            settings: InternalSettings(file, boundary: workspace.places(file.boundary, of: "internal", isFarEnd: true)),
            handlers: workspace.configuration.handlers, senders: PluginCatalog.deliverySender, store: store,
            keys: zoneKeys,
            bell: bell,
            logger: logger)
    }

    /// What this zone's control socket does.
    private var actions: [String: ControlServer.Action] {
        BoundaryControl.actions(zone).merging(HandlersControl.actions(zone)) { first, _ in first }
            .merging(ErasureControl.actions(zone)) { first, _ in first }
    }

    var signalsAddress: ListenAddress? { file.signals }
    var signals: ZoneSignals { .internalZone(zone, store: store) }

    private var alerts: AlertWatch {
        let (zone, store, tls) = (zone, store, tls)
        return AlertWatch(
            zone: "internal", store: store,
            conditions: {
                try await AlertConditions.internalZone(zone, store: store, now: .now())
                    + AlertConditions.refused(store) + AlertConditions.listener(tls)
            },
            targets: file.alerts, logger: logger, clock: { .now() })
    }

    /// Until its task is cancelled.
    func run(onHandlerAPI: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        let api = try HandlerAPI(
            address: file.listen.with(port: port), isBehindProxy: file.isBehindProxy, tls: tls, zone: zone,
            logger: logger, running: onHandlerAPI)
        let control = ControlServer(path: folder.controlPath, actions: actions, logger: logger)
        try await Parts.run([zone.run, api.run, control.run, alerts.run] + tls.parts, on: store)
    }
}
