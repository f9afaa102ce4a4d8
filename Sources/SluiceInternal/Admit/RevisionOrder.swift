internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Revisions that came before the one they follow, and revisions that will not come.
///
/// A later revision waits behind one that is held. It goes on when the missing one is admitted, when the outside
/// reports it rejected, or when it has waited for `patience`; should the missing one come after all, it is kept as
/// history and changes nothing.
enum RevisionOrder {
    static func hasWaiting(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM waiting)")) ?? false
    }

    /// - Returns: false when the same revision waits already.
    static func wait(_ ticket: PreparedTicket, at: Timestamp, _ db: Database) throws -> Bool {
        try db.execute(
            sql: """
                INSERT INTO waiting (ticket_id, revision, item_id, kind, channel_id, body, arrived_at)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                ticket.ticketID, ticket.revision, ticket.item.id, ticket.item.kind.rawValue, ticket.channelID,
                Blob.data(ticket.item.body), at.milliseconds,
            ])
        return db.changesCount == 1
    }

    /// The lowest revision of the ticket that waits.
    static func next(of ticketID: String, _ db: Database) throws -> Item? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT item_id, kind, channel_id, body, arrived_at FROM waiting WHERE ticket_id = ?
                ORDER BY revision LIMIT 1
                """, arguments: [ticketID]
        ).map { row in
            Item(
                id: row[0], channelID: row[2], kind: ItemKind(rawValue: row[1]) ?? .ticketRevised,
                createdAt: Timestamp(milliseconds: row[4]), body: Blob.bytes(row, 3))
        }
    }

    static func remove(_ ticketID: String, revision: Int, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM waiting WHERE ticket_id = ? AND revision = ?", arguments: [ticketID, revision])
    }

    /// Tickets whose earliest waiting revision came before `limit`.
    static func overdue(before limit: Timestamp, _ db: Database) throws -> [(ticketID: String, revision: Int)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT ticket_id, min(revision) FROM waiting GROUP BY ticket_id HAVING min(arrived_at) < ?
                ORDER BY min(arrived_at) LIMIT 100
                """, arguments: [limit.milliseconds]
        ).map { ($0[0], $0[1]) }
    }

    static func skip(_ ticketID: String, revision: Int, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO skipped (ticket_id, revision) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [ticketID, revision])
    }

    /// True when nothing is missing between two revisions but what will not come.
    static func follows(_ revision: Int, after current: Int, ticketID: String, _ db: Database) throws -> Bool {
        let missing = revision - current - 1
        if missing <= 0 { return true }
        let skipped = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM skipped WHERE ticket_id = ? AND revision > ? AND revision < ?",
            arguments: [ticketID, current, revision])
        return skipped == missing
    }
}
