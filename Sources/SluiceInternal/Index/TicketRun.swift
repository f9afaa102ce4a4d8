internal import GRDB
internal import SluiceStore

/// The keys of some tens of thousands of tickets that came one after the other, sorted, and never changed again.
struct TicketRun: Sendable {
    /// From 1, without gaps.
    var id: Int64
    /// `ticket.id` of the first that it may hold: one behind the run before it.
    var first: Int64
    /// `ticket.id` of the last that it holds.
    var last: Int64
    /// nil where it was not read or is damaged: then everything may be in the run.
    var filter: KeyFilter?

    /// Makes the run behind `previous`.
    /// - Returns: nil when fewer than `size` tickets stand behind it.
    static func write(
        behind previous: TicketRun?, size: Int, key: (String) -> UInt64, _ db: Database
    ) throws -> TicketRun? {
        let start = previous?.last ?? 0
        let newest = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM ticket")) ?? 0
        guard newest - start >= Int64(size) else { return nil }
        let tickets = try TicketEntry.of(db, after: start, limit: size, key: key)
        guard tickets.count == size, let last = tickets.last else { return nil }
        let run = TicketRun(
            id: (previous?.id ?? 0) + 1, first: start + 1, last: last.row, filter: KeyFilter(tickets.map(\.key)))
        // In the order of the table: each row goes behind the one before it.
        let insert = try BoundStatement("INSERT INTO ticket_key (run, key, ticket) VALUES (?, ?, ?)", in: db)
        for ticket in tickets.sorted() {
            try insert.run { values in
                values.add(run.id)
                values.add(ticket.storedKey)
                values.add(ticket.row)
            }
        }
        try db.execute(
            sql: "INSERT INTO ticket_run (id, first, last, filter) VALUES (?, ?, ?, ?)",
            arguments: [run.id, run.first, run.last, run.filter.map { Blob.data($0.bytes) }])
        return run
    }

    /// Those with a higher id, oldest first.
    static func all(behind id: Int64 = 0, withFilters: Bool, _ db: Database) throws -> [TicketRun] {
        let filter = withFilters ? "filter" : "NULL"
        return try Row.fetchAll(
            db.cachedStatement(sql: "SELECT id, first, last, \(filter) FROM ticket_run WHERE id > ? ORDER BY id"),
            arguments: [id]
        ).map { TicketRun(id: $0[0], first: $0[1], last: $0[2], filter: KeyFilter(bytes: Blob.bytes($0, 3))) }
    }

    /// `ticket.id` up to which runs reach in this snapshot.
    static func reach(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT last FROM ticket_run ORDER BY id DESC LIMIT 1")) ?? 0
    }

    /// `ticket.id` of those whose key this is.
    static func rows(_ key: UInt64, in run: Int64, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT ticket FROM ticket_key WHERE run = ? AND key = ?"),
            arguments: [run, Int64(bitPattern: key)])
    }
}
