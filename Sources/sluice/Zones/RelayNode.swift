import Logging
import SluiceBoundary
import SluiceConfig
import SluiceRelay
import SluiceSDK
import SluiceStore

/// The relay as a process holds it: folder, store, keys, control socket. Reads relay.yaml alone.
struct RelayNode: Sendable {
    let store: Store
    let zone: RelayZone
    /// Where its metrics are asked for; nil where nobody asks.
    let signalsAddress: ListenAddress?
    private let heldAlert: Duration
    private let folder: ZoneFolder
    private let logger: Logger

    init(_ workspace: Workspace, bell: BoundaryBell = BoundaryBell(), logLevel: Logger.Level) throws {
        let file = try workspace.relay()
        let keys = try workspace.keys(.relay)
        folder = try ZoneFolder(.relay, in: workspace)
        store = try Store(path: folder.path + "/quarantine.db", schema: RelaySchema.schema)
        logger = Logger.zone("relay", level: logLevel)
        signalsAddress = file.signals
        heldAlert = file.heldAlert
        zone = RelayZone(
            settings: try workspace.relaySettings(), store: store,
            keys: try RelayKeys(
                own: keys.own(), external: keys.key(of: .external), internalZone: keys.key(of: .internal)),
            bell: bell, logger: logger)
    }

    /// What this zone's control socket does.
    private var actions: [String: ControlServer.Action] {
        BoundaryControl.actions(zone).merging(QuarantineControl.actions(zone)) { first, _ in first }
    }

    var signals: ZoneSignals { .relay(zone, store: store) }

    /// The relay opens no connection: its alerts stand in the log and in its table.
    private var alerts: AlertWatch {
        let (zone, heldAlert) = (zone, heldAlert)
        return AlertWatch(
            zone: "relay", store: store,
            conditions: { try await AlertConditions.relay(zone, heldAlert: heldAlert, now: .now()) }, targets: [],
            logger: logger, clock: { .now() })
    }

    /// Until its task is cancelled.
    func run() async throws {
        let control = ControlServer(path: folder.controlPath, actions: actions, logger: logger)
        try await Parts.run([zone.run, control.run, alerts.run], on: store)
    }
}
