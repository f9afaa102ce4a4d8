import Foundation
import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK
import SluiceStore

/// The three zones' files, opened together: what one process that runs all of them writes.
struct ZoneStores: Sendable {
    let external: Store
    let relay: Store
    let internalZone: Store
    let timeZone: Zone

    /// Opens or makes them.
    init(_ workspace: Workspace) throws {
        let relayFolder = workspace.located(try workspace.relay().data)
        let internalFolder = workspace.located(try workspace.internalZone().data)
        for folder in [relayFolder, internalFolder] { try Self.prepare(folder) }
        external = try ExternalStore.open(folder: workspace.located(try workspace.external().data))
        relay = try Store(path: relayFolder + "/quarantine.db", schema: RelaySchema.schema)
        internalZone = try Store(path: internalFolder + "/internal.db", schema: InternalSchema.schema)
        timeZone = try workspace.external().timeZone
    }

    /// nil when one of them is not there yet.
    init?(existingIn workspace: Workspace) throws {
        let paths = [
            workspace.located(try workspace.external().data) + "/external.db",
            workspace.located(try workspace.relay().data) + "/quarantine.db",
            workspace.located(try workspace.internalZone().data) + "/internal.db",
        ]
        guard paths.allSatisfy(FileManager.default.fileExists) else { return nil }
        try self.init(workspace)
    }

    var reconciliation: Reconciliation {
        Reconciliation(
            external: external, relay: RelayLedger(store: relay, zone: timeZone),
            internalLedger: InternalLedger(store: internalZone),
            tickets: TicketDesk(store: internalZone, zone: timeZone),
            zone: timeZone)
    }

    /// Three files cannot be read at one instant: while tickets flow, a difference counts only when it stays.
    func settledReconciliation(day: String?) async throws -> [ReconciledDay] {
        var days = try await reconciliation.run(day: day)
        for _ in 0..<10 where days.contains(where: { !$0.imbalances.isEmpty }) {
            try await Task.sleep(for: .milliseconds(300))
            days = try await reconciliation.run(day: day)
        }
        return days
    }

    static func prepare(_ folder: String) throws {
        let owner: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(owner, ofItemAtPath: folder)
    }
}
