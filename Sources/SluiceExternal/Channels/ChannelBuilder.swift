internal import Foundation
internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK
internal import SluiceStore

/// Compiles channels one by one; one that cannot be compiled leaves the others alone.
struct ChannelBuilder {
    let settings: ExternalSettings
    let lookups: [String: [String: String]]
    let plugins: ExternalPlugins
    let store: Store
    let outlet: Outlet
    let crashes: CrashRecord
    let logger: Logger
    let clock: @Sendable () -> Timestamp
    private let keys = ChannelKeys()

    private(set) var channels: [CompiledChannel] = []
    private(set) var statuses: [ChannelStatus] = []

    init(
        settings: ExternalSettings, lookups: [String: [String: String]], plugins: ExternalPlugins, store: Store,
        outlet: Outlet, crashes: CrashRecord, logger: Logger, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.settings = settings
        self.lookups = lookups
        self.plugins = plugins
        self.store = store
        self.outlet = outlet
        self.crashes = crashes
        self.logger = logger
        self.clock = clock
    }

    mutating func build(_ results: [ChannelResult]) throws {
        let checkpoints = try savedCheckpoints()
        for result in results {
            let status = ChannelStatus(channelID: result.id, clock: clock)
            statuses.append(status)
            guard let file = result.channel else {
                status.enter("misconfigured", result.issues.map(\.description).joined(separator: "; "))
                continue
            }
            guard file.isEnabled else {
                status.enter("disabled", "enabled: false")
                continue
            }
            do {
                channels.append(try channel(file, status: status, checkpoint: checkpoints[file.id]))
            } catch {
                status.enter("misconfigured", "\(error)")
                logger.error("channel left out", metadata: ["channel": "\(file.id)", "error": "\(error)"])
            }
        }
    }

    private func channel(_ file: ChannelFile, status: ChannelStatus, checkpoint: String?) throws -> CompiledChannel {
        let context = ChannelContext(
            channelID: file.id, limits: file.limits, checkpoint: checkpoint, report: { status.failed($0) })
        let outlet = outlet
        let intake = try Intake(
            file, settings: settings, lookups: lookups, plugins: plugins,
            journal: Journal(store: store, channels: keys, forward: { outlet.notify() }), crashes: crashes, clock: clock
        )
        return CompiledChannel(
            file: file, source: try plugins.source(file.source, context: context),
            replySender: try file.reply.map { try plugins.replySender($0.sender, context: context) }, intake: intake,
            status: status)
    }

    private func savedCheckpoints() throws -> [String: String] {
        try store.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT name, checkpoint FROM channel WHERE checkpoint IS NOT NULL")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["checkpoint"]) })
        }
    }
}
