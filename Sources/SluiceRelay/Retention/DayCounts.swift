internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// The counts of items that are gone.
enum DayCounts {
    /// Adds a batch's items to their days; call before they are deleted, in the same transaction.
    static func keep(itemsOf batch: Int64, zone: Zone, _ db: Database) throws {
        struct Key: Hashable {
            var day: String
            var count: [String]
        }
        var sums: [Key: (items: Int, taken: Int)] = [:]
        let rows = try Row.fetchCursor(
            db, sql: RelayLedger.items + " WHERE batch = ?", arguments: [batch])
        while let row = try rows.next() {
            let day = Timestamp(milliseconds: row[5]).day(in: zone)
            let key = Key(day: day, count: [row[0], row[1], row[2], row[3]])
            let sum = sums[key] ?? (0, 0)
            sums[key] = (sum.items + 1, sum.taken + (row[4] as Int))
        }
        for (key, sum) in sums {
            try db.execute(
                sql: """
                    INSERT INTO day_count (day, producer, channel_id, kind, decision, items, taken)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET items = items + excluded.items, taken = taken + excluded.taken
                    """,
                arguments: StatementArguments([key.day]) + StatementArguments(key.count)
                    + [sum.items, sum.taken])
        }
    }
}

/// Batches that the outboxes still refer to.
struct PassagePlaces {
    private var places: Set<String> = []

    init(_ db: Database) throws {
        let rows = try String.fetchCursor(db, sql: "SELECT CAST(content AS TEXT) FROM outbox WHERE type = 4")
        while let text = try rows.next() {
            places.insert(text.split(separator: " ").prefix(3).joined(separator: " "))
        }
    }

    /// - Parameter stream: that the batch came by: `external-relay`.
    func contains(stream: String, epoch: Int, batch: Int) -> Bool {
        places.contains("\(stream.dropLast("-relay".count)) \(epoch) \(batch)")
    }
}
