internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Takes a closed case out of the store but for its identity: a copy that comes again is still known, and ledgers, which
/// count and do not look, stay as they are.
struct CasePruning {
    private let db: Database
    /// `reply.id` of what may still be sent again.
    private let queued: Set<Int64>
    /// Nobody will ever say what became of a reply.
    private let isOneWay: Bool

    init(_ db: Database, isOneWay: Bool) throws {
        (self.db, self.isOneWay) = (db, isOneWay)
        queued = Set(
            try Int64.fetchAll(db, sql: "SELECT reference FROM outbox WHERE type = 1 AND reference IS NOT NULL"))
    }

    /// Every delivery has arrived and every reply has its end.
    func isSettled(_ ticket: Int64) throws -> Bool {
        let replies = try Row.fetchAll(db, sql: "SELECT id, state FROM reply WHERE ticket = ?", arguments: [ticket])
        for reply in replies {
            let state = ReplyState(rawValue: reply[1])
            if queued.contains(reply[0]) || (state?.isSettled != true && !isOneWay) { return false }
        }
        return try deliveries(of: ticket).allSatisfy { $0[3] != nil as Int64? }
    }

    func prune(_ ticket: Int64, at now: Timestamp) throws {
        var batches: Set<Int64> = []
        for row in try deliveries(of: ticket) {
            let (handler, event, batch): (Int64, Int64, Int64?) = (row[0], row[1], row[2])
            try execute("DELETE FROM delivery WHERE handler = ? AND event = ?", [handler, event])
            try execute(
                "DELETE FROM pulled WHERE handler = ?1 AND uid = (SELECT uid FROM event WHERE id = ?2)",
                [handler, event])
            if let batch { batches.insert(batch) }
        }
        try execute(
            "DELETE FROM event WHERE id IN (SELECT event FROM timeline WHERE ticket = ? AND event IS NOT NULL)",
            [ticket])
        try execute("DELETE FROM timeline WHERE ticket = ?", [ticket])
        try execute("UPDATE reply SET body = zeroblob(0), answer = NULL WHERE ticket = ?", [ticket])
        try dropFiles(of: ticket)
        try dropRevisions(of: ticket)
        try execute("UPDATE ticket SET pruned_at = ? WHERE id = ?", [now.milliseconds, ticket])
        for batch in batches { try dropIfEmpty(batch) }
    }

    /// handler, event, batch, when it was delivered. Read by way of the timeline, which knows a ticket's events.
    private func deliveries(of ticket: Int64) throws -> [Row] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT d.handler, d.event, d.batch, b.delivered_at FROM timeline l
                    JOIN route r ON r.ticket = l.ticket JOIN delivery d ON d.handler = r.handler AND d.event = l.event
                    LEFT JOIN delivery_batch b ON b.id = d.batch WHERE l.ticket = ? AND l.event IS NOT NULL
                    """), arguments: [ticket])
    }

    /// The latest keeps what makes it a document.
    private func dropRevisions(of ticket: Int64) throws {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT t.latest, unpacked(r.body) FROM ticket t JOIN revision r ON r.id = t.latest WHERE t.id = ?",
            arguments: [ticket])
        guard let row else { return }
        let latest: Int64 = row[0]
        for revision in try TicketBook.revisions(from: latest, db) where revision.id != latest {
            try execute("DELETE FROM revision WHERE id = ?", [revision.id])
        }
        let body = try IntakeDocument.read(Blob.bytes(row, 1)).erased(.all).json()
        try execute("UPDATE revision SET body = ?, previous = NULL WHERE id = ?", [Packed.data(body), latest])
    }

    private func dropFiles(of ticket: Int64) throws {
        let files = "attachment WHERE ticket_id = (SELECT ticket_id FROM ticket WHERE id = ?)"
        try execute("DELETE FROM attachment_piece WHERE attachment IN (SELECT id FROM \(files))", [ticket])
        try execute("DELETE FROM \(files)", [ticket])
    }

    private func dropIfEmpty(_ batch: Int64) throws {
        let row = try Row.fetchOne(db, sql: "SELECT members FROM delivery_batch WHERE id = ?", arguments: [batch])
        guard let row else { return }
        let event = try db.cachedStatement(sql: "SELECT 1 FROM event WHERE id = ?")
        for member in Blob.unpack(Blob.bytes(row, 0)) {
            if try Row.fetchOne(event, arguments: [member]) != nil { return }
        }
        try execute("DELETE FROM delivery_batch WHERE id = ?", [batch])
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
