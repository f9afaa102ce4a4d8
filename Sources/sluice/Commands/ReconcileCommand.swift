import ArgumentParser
import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compares the ledgers of the zones; exit 1 and the ids when they do not balance.",
        discussion: """
            records     received = new + revised + absorbed + rejected
            items       forwarded = released + held + rejected + waiting; released = admitted + on the way
            deliveries  made = delivered + in flight, for each handler
            replies     offered = acknowledged + in flight + failed + not wanted

            EXAMPLES
              sluice reconcile
              sluice reconcile --day 2026-01-05 --format json
              sluice reconcile --inside
            """)

    @OptionGroup var options: SharedOptions

    @Option(help: "Only this day, in the gateway's time zone.")
    var day: String?

    @Flag(help: "Judge from the internal side's store alone; so it is anyway where the zones run apart.")
    var inside = false

    func run() async throws {
        if let day, try DatePattern("yyyy-MM-dd").parse(day, in: .utc) == nil {
            throw ValidationError("'\(day)' is not a day; write it like 2026-01-05")
        }
        let workspace = try Workspace(options, references: .standIn)
        if try inside || workspace.zones() == [.internal] || isOutsideSilent(workspace) {
            return try await reconcileInside(workspace)
        }
        guard let stores = try ZoneStores(existingIn: workspace) else {
            return print("nothing has been counted yet: there are no stores in '\(options.dataFolder)'")
        }
        let days = try await stores.settledReconciliation(day: day)
        print(options.format == .json ? ReconciliationText.json(days) : ReconciliationText.text(days))
        if days.contains(where: { !$0.imbalances.isEmpty }) { throw ExitCode(1) }
    }

    /// Behind a one-way link the external zone never learns what became of its items: only the inside can judge.
    private func isOutsideSilent(_ workspace: Workspace) throws -> Bool {
        let zones = try workspace.zones()
        return try zones.contains(.external) && zones.contains(.internal) && workspace.external().boundary.oneWay != nil
    }

    private func reconcileInside(_ workspace: Workspace) async throws {
        guard let store = try StoreAccess.internalZone(workspace) else {
            return print("nothing has been counted yet: there is no internal.db in '\(options.dataFolder)'")
        }
        let zone = try workspace.internalZone().timeZone
        let days = try await InsideReconciliation(store: store, zone: zone).settled(day: day)
        print(options.format == .json ? InsideText.json(days) : InsideText.text(days))
        if days.contains(where: { !$0.imbalances.isEmpty }) { throw ExitCode(1) }
    }
}
