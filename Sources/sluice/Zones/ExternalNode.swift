import Foundation
import Logging
import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceStore
import SluiceTLS

/// The external zone as a process holds it: folder, store, keys, control socket. Reads external.yaml and the channels.
struct ExternalNode: Sendable {
    let store: Store
    let zone: ExternalZone
    /// Where its metrics are asked for; nil where nobody asks.
    let signalsAddress: ListenAddress?
    private let tls: ListenerTLS?
    private let sealer: TicketSealer?
    private let reloader: Reloader
    private let folder: ZoneFolder
    private let logger: Logger

    /// - Parameter port: in place of the listener's; 0 lets the system choose.
    init(_ workspace: Workspace, port: Int? = nil, bell: BoundaryBell = BoundaryBell(), logLevel: Logger.Level) throws {
        let file = try workspace.external()
        let keys = try workspace.keys(.external)
        folder = try ZoneFolder(.external, in: workspace)
        store = try ExternalStore.open(folder: folder.path)
        logger = Logger.zone("external", level: logLevel)
        signalsAddress = file.signals
        tls = try file.tls?.listener(logger)
        var settings = ExternalSettings(
            jurisdiction: file.jurisdiction, timeZone: file.timeZone, dataFolder: folder.path,
            listen: file.listen.with(port: port).description, isBehindProxy: file.isBehindProxy,
            tls: tls, boundary: workspace.places(file.boundary, of: file.producer))
        sealer = try workspace.sealer()
        settings.sealer = sealer
        (settings.retention, settings.resendWindow) = (file.retention, file.resendWindow)
        settings.producer = file.producer
        zone = try ExternalZone(
            settings: settings, channels: workspace.configuration.channels, lookups: workspace.configuration.lookups,
            plugins: PluginCatalog.external, store: store,
            keys: ExternalKeys(own: keys.own(), relay: keys.key(of: .relay), internalZone: keys.key(of: .internal)),
            bell: bell,
            restorer: ChannelRestorer(
                folder: workspace.configuration.folder, secretsFolder: file.secrets, specs: PluginCatalog.specs,
                environment: ProcessInfo.processInfo.environment, programs: file.programs), logger: logger)
        reloader = Reloader(
            configFolder: workspace.configuration.folder, dataFolder: workspace.dataFolder, zone: zone, tls: tls,
            logger: logger)
    }

    /// What this zone's control socket does.
    private var actions: [String: ControlServer.Action] {
        BoundaryControl.actions(zone).merging(ExternalControl.actions(zone, reloader)) { first, _ in first }
    }

    var signals: ZoneSignals { .external(zone) }

    /// The external side has no way to a webhook of its own: its alerts stand in the log and in its table.
    private var alerts: AlertWatch {
        let (zone, tls, sealer, start) = (zone, tls, sealer, Timestamp.now())
        return AlertWatch(
            zone: "external", store: store,
            conditions: {
                try await AlertConditions.external(zone, start: start, now: .now())
                    + AlertConditions.listener(tls) + AlertConditions.sealing(sealer)
            }, targets: [], logger: logger, clock: { .now() })
    }

    /// Until its task is cancelled.
    /// - Parameter reload: what makes the configuration be read again, beside the control socket.
    func run(
        reload: Set<ReloadTrigger> = [], onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let control = ControlServer(path: folder.controlPath, actions: actions, logger: logger)
        let triggers = reload.map { trigger in
            { @Sendable in try await trigger.run(reloader) }
        }
        try await Parts.run(
            [{ try await zone.run(onListening: onListening) }, control.run, alerts.run] + triggers + tls.parts,
            on: store)
    }
}
