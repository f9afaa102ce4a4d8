internal import GRDB

/// Counts of one transaction, added up here and written at its end: one statement for each counter, not for each ticket.
struct LedgerTally {
    private struct Key: Hashable {
        var day: Day
        var name: LedgerName
        var subject: String
    }

    private var counts: [Key: Int] = [:]

    /// - Parameters:
    ///   - day: of the ticket's `received_at`.
    ///   - subject: the channel or the handler.
    mutating func add(_ name: LedgerName, day: Day, subject: String, _ count: Int = 1) {
        counts[Key(day: day, name: name, subject: subject), default: 0] += count
    }

    mutating func flush(_ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO counter (day, name, subject, count) VALUES (?, ?, ?, ?)
                ON CONFLICT (day, name, subject) DO UPDATE SET count = count + excluded.count
                """)
        for (key, count) in counts where count != 0 {
            try statement.execute(arguments: [key.day.number, key.name.rawValue, key.subject, count])
        }
        counts = [:]
    }
}
