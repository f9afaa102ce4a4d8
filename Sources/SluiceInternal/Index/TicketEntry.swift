internal import GRDB

/// A ticket as the index holds it. Sorted as `ticket_key` is.
struct TicketEntry: Hashable, Comparable {
    var key: UInt64
    /// `ticket.id`
    var row: Int64

    /// SQLite knows signed numbers alone.
    var storedKey: Int64 { Int64(bitPattern: key) }

    static func < (left: TicketEntry, right: TicketEntry) -> Bool {
        (left.storedKey, left.row) < (right.storedKey, right.row)
    }

    /// Tickets of the store in the order in which they came.
    static func of(
        _ db: Database, after row: Int64, through last: Int64 = .max, limit: Int = -1, key: (String) -> UInt64
    ) throws -> [TicketEntry] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT id, ticket_id FROM ticket WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"),
            arguments: [row, last, limit])
        var found: [TicketEntry] = []
        if limit > 0 { found.reserveCapacity(limit) }
        while let row = try rows.next() { found.append(TicketEntry(key: key(row[1]), row: row[0])) }
        return found
    }
}
