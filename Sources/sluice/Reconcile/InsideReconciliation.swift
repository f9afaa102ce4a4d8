import SluiceBoundary
import SluiceInternal
import SluiceSDK
import SluiceStore

/// Compares the internal side's ledgers with the external side's tallies: all that `sluice reconcile` has where the zones
/// run apart.
struct InsideReconciliation: Sendable {
    private let ledger: InternalLedger
    private let outside: OutsideLedger
    private let tickets: TicketDesk
    private let store: Store
    private let zone: Zone

    /// What cannot be seen from here.
    static let blindSpots = """
        seen from inside: the outside's own counts come as signed tallies, a few seconds late; what it has received and
        not counted yet, and the relay's own ledger, cannot be seen from here
        """

    init(store: Store, zone: Zone) {
        self.store = store
        self.zone = zone
        ledger = InternalLedger(store: store)
        outside = OutsideLedger(store: store)
        tickets = TicketDesk(store: store, zone: zone)
    }

    /// - Parameter only: one day, `2026-01-05`; all days when nil.
    func run(day only: String?) async throws -> [InsideDay] {
        let tallies = try await outside.tallies()
        let restart = try await ProducerEpochs.latestRestart(of: "external", in: store)
        let known = Set(tallies.map(\.day)).union(try await ledger.days().map(\.description))
        var days: [InsideDay] = []
        for name in known.sorted() where only == nil || only == name {
            var day = try await reconcile(name, tallies.filter { $0.day == name })
            if let restart, name <= restart.day(in: zone) {
                for index in day.channels.indices { day.channels[index].outsideRestart = restart }
            }
            days.append(day)
        }
        return days
    }

    /// Tallies come late: a difference counts only when it stays.
    func settled(day: String?, patience: Duration = .seconds(15)) async throws -> [InsideDay] {
        let end = ContinuousClock.now + patience
        var days = try await run(day: day)
        while days.contains(where: { !$0.imbalances.isEmpty }), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(500))
            days = try await run(day: day)
        }
        return days
    }

    private func reconcile(_ name: String, _ tallies: [TallyBody]) async throws -> InsideDay {
        var inside: LedgerDay?
        if let day = Day(name) { inside = try await ledger.day(day) }
        let itemCounts: [LedgerName] = [.itemsOpened, .itemsRevised, .itemsSuperseded, .itemsWaiting]
        let own = itemCounts.flatMap { inside?.counts[$0]?.keys.map { $0 } ?? [] }
        var channels: [InsideChannel] = []
        for channel in Set(tallies.map(\.channelID)).union(own).sorted() {
            var line = InsideChannel(channel: channel, outside: tallies.first { $0.channelID == channel })
            let others: [LedgerName] = [.itemsWaiting, .itemsRefused]
            line.taken =
                (inside?.admitted(channel) ?? 0) + others.reduce(0) { $0 + (inside?.count($1, channel) ?? 0) }
            line.missing = try await missing(line.outside?.open ?? [])
            channels.append(line)
        }
        return InsideDay(day: name, channels: channels, inside: inside)
    }

    private func missing(_ open: [TallyBody.OpenItem]) async throws -> [TallyBody.OpenItem] {
        let unknown = try await tickets.missing(open.map { ($0.ticketID, $0.revision) })
        return open.filter { item in
            unknown.contains { $0.ticketID == item.ticketID && $0.revision == item.revision }
        }
    }
}
