internal import GRDB

/// Numbers that people can read to each other: day of admission, division, counter (`20260105-370402-000123`).
struct TicketNumbers {
    private struct Key: Hashable {
        var day: Day
        var division: String
    }

    private var last: [Key: Int] = [:]
    private var changed: Set<Key> = []

    /// The counter goes on where the last transaction left it; a number is never given twice.
    mutating func next(day: Day, division: String, _ db: Database) throws -> String {
        let key = Key(day: day, division: division)
        let number = try (last[key] ?? stored(key, db)) + 1
        last[key] = number
        changed.insert(key)
        let digits = String(number)
        let padding = String(repeating: "0", count: max(0, 6 - digits.count))
        return "\(day.number)-\(division)-\(padding)\(digits)"
    }

    /// The number just taken was not used.
    mutating func giveBack(day: Day, division: String) {
        last[Key(day: day, division: division), default: 1] -= 1
    }

    mutating func flush(_ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO number_counter (day, division, last) VALUES (?, ?, ?)
                ON CONFLICT (day, division) DO UPDATE SET last = excluded.last
                """)
        for key in changed { try statement.execute(arguments: [key.day.number, key.division, last[key]]) }
        changed = []
    }

    private func stored(_ key: Key, _ db: Database) throws -> Int {
        let statement = try db.cachedStatement(sql: "SELECT last FROM number_counter WHERE day = ? AND division = ?")
        return try Int.fetchOne(statement, arguments: [key.day.number, key.division]) ?? 0
    }
}
