internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Takes the files of a ticket out of external.db. What a file shows cannot be searched for a person, so it goes whole,
/// whatever the extent. Its id stays: the same record brings nothing back.
enum AttachmentErasure {
    static func apply(
        _ order: ErasureBody, upTo cursor: Int64, _ outcome: inout ErasureOutcome, at now: Timestamp, _ db: Database
    ) throws {
        let files = try Row.fetchAll(
            db, sql: "SELECT id, state FROM attachment WHERE ticket_id = ? AND state <> 'erased'",
            arguments: [order.ticketID])
        for file in files {
            // What has begun to go on is sent whole and then looked at again: half a file would wait beyond for ever.
            guard try isAtRest(file[0], state: file[1], upTo: cursor, db) else {
                outcome.isComplete = false
                continue
            }
            try erase(file[0], at: now, db)
            outcome.rows += 1
        }
    }

    private static func isAtRest(_ id: Int64, state: String, upTo cursor: Int64, _ db: Database) throws -> Bool {
        let queued = try Int.fetchOne(db, sql: "SELECT queued FROM attachment WHERE id = ?", arguments: [id]) ?? 0
        if state == "ready", queued > 0 { return false }
        let waiting = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM outbox WHERE \(itemsOf) AND outbox.id > ?", arguments: [id, cursor])
        return waiting == 0
    }

    private static func erase(_ id: Int64, at now: Timestamp, _ db: Database) throws {
        // An item that may be sent again keeps its place and says nothing: the relay rejects it as erased.
        for row in try Row.fetchAll(
            db, sql: "SELECT outbox.id, outbox.reference FROM outbox WHERE \(itemsOf)", arguments: [id])
        {
            var body = try AttachmentBody(json: AttachmentBook.body(of: row[1], in: db))
            body.content = []
            try db.execute(
                sql: "UPDATE outbox SET reference = NULL, content = ? WHERE id = ?",
                arguments: [Packed.data(try Self.nameless(body).json()), row[0] as Int64])
        }
        try db.execute(sql: "DELETE FROM attachment_piece WHERE attachment = ?", arguments: [id])
        try db.execute(
            sql: """
                UPDATE attachment SET state = 'erased', name = 'erased', media_type = NULL, media_url = NULL, wanted = NULL,
                    sha256 = NULL, next_at = NULL, changed_at = ? WHERE id = ?
                """, arguments: [now.milliseconds, id])
    }

    private static func nameless(_ body: AttachmentBody) throws -> AttachmentBody {
        var body = body
        (body.name, body.mediaType, body.mediaURL) = ("erased", nil, nil)
        body.attachmentID = StableID.attachment(ticketID: body.ticketID, sha256: body.sha256, name: body.name)
        return body
    }

    private static let itemsOf = """
        outbox.kind = 'attachment' AND outbox.reference IN (SELECT id FROM attachment_piece WHERE attachment = ?)
        """
}
