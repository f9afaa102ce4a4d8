import Foundation
import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK
import SluiceStore

/// The three zones' stores, for what looks at all of them at once.
struct ZoneStores: Sendable {
    let external: Store
    let relay: Store
    let internalZone: Store
    let timeZone: Zone

    init(external: Store, relay: Store, internalZone: Store, timeZone: Zone) {
        self.external = external
        self.relay = relay
        self.internalZone = internalZone
        self.timeZone = timeZone
    }

    /// nil when one of them is not there yet.
    init?(existingIn workspace: Workspace) throws {
        guard let external = try StoreAccess.external(workspace), let relay = try StoreAccess.relay(workspace),
            let internalZone = try StoreAccess.internalZone(workspace)
        else { return nil }
        self.init(
            external: external, relay: relay, internalZone: internalZone, timeZone: try workspace.external().timeZone)
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
}
