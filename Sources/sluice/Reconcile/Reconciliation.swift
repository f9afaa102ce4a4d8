import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK
import SluiceStore

/// Compares what the three zones counted, each where it happened.
struct Reconciliation: Sendable {
    let external: Store
    let relay: RelayLedger
    let internalLedger: InternalLedger
    let tickets: TicketDesk
    let zone: Zone

    /// - Parameter only: one day, `2026-01-05`; all days when nil.
    func run(day only: String?) async throws -> [ReconciledDay] {
        let zone = zone
        let lines = try await external.read { try ExternalLedger.lines(day: nil, in: $0) }
        let waiting = try await ForwardQuery(store: external).waiting {
            Timestamp(milliseconds: $0).day(in: zone)
        }
        let restored = try await ForwardQuery(store: external).restorations { $0.day(in: zone) }
        let known = Set(lines.map(\.day)).union(try await internalLedger.days().map(\.description))
        var days: [ReconciledDay] = []
        for name in known.sorted() where only == nil || only == name {
            let outside = lines.filter { $0.day == name }
            days.append(
                try await reconcile(
                    name, outside: outside, waiting: waiting[name] ?? [:],
                    isOutsideRestored: restored.contains { $0.contains(name) }))
        }
        return days
    }

    private func reconcile(
        _ name: String, outside: [ExternalLedgerLine], waiting: [String: Int], isOutsideRestored: Bool
    ) async throws -> ReconciledDay {
        let relayCounts = try await relay.counts(day: name).filter { $0.kind.hasPrefix("ticket.") }
        var day = ReconciledDay(day: name)
        let inside = try await Day(name).asyncMap { try await internalLedger.day($0) }
        let channels = Set(outside.map(\.channel)).union(relayCounts.map(\.channelID))
        for channel in channels.sorted() {
            var line = ReconciledChannel(channel: channel)
            for entry in outside where entry.channel == channel { line.records[entry.entry] = entry.count }
            for count in relayCounts where count.channelID == channel { line.add(count) }
            line.waiting = waiting[channel] ?? 0
            line.isOutsideRestored = isOutsideRestored
            if let inside { line.take(inside) }
            line.missing = line.isBalanced ? [] : try await missing(channel, name)
            day.channels.append(line)
        }
        if let inside { day.take(inside) }
        return day
    }

    /// Tickets of a channel and day that the inside has never heard of.
    private func missing(_ channel: String, _ day: String) async throws -> [String] {
        guard let start = try DatePattern("yyyy-MM-dd").parse(day, in: zone)?.milliseconds else { return [] }
        let outside = try await ForwardQuery(store: external).tickets(
            channel: channel, from: start, to: start + 86_400_000)
        return try await tickets.missing(outside).map(\.ticketID)
    }
}

extension Optional {
    fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
