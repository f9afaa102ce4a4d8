internal import GRDB

/// Counts of several messages on their way into the ledger, each line written once.
struct LedgerCounts {
    private struct Line: Hashable {
        var day: String
        var channel: String
        var entry: String
    }

    private var counts: [Line: Int] = [:]

    mutating func add(_ count: Int, to entry: String, channel: String, day: String) {
        if count > 0 { counts[Line(day: day, channel: channel, entry: entry), default: 0] += count }
    }

    func write(in db: Database) throws {
        for (line, count) in counts {
            try ExternalLedger.add(count, to: line.entry, channel: line.channel, day: line.day, in: db)
        }
    }
}
