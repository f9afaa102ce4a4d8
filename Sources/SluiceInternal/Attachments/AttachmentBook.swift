internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Files in internal.db, within a transaction.
enum AttachmentBook {
    /// Keeps a piece that the relay released. The same piece again changes nothing.
    /// - Returns: why it cannot be kept; nil when it is.
    static func keep(_ piece: AttachmentBody, at now: Timestamp, _ db: Database) throws -> String? {
        let id = try begin(piece, at: now, db)
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT ticket_id, size, sha256, state FROM attachment WHERE id = ?", arguments: [id])
        else { return "the file is not known" }
        let state: String = row[3]
        // Erased, or judged before: the same bytes again.
        guard state == "arriving" else { return nil }
        guard row[0] == piece.ticketID, (row[1] as Int?) == piece.size, (row[2] as String?) == piece.sha256 else {
            return "another file came under this id before"
        }
        try db.cachedStatement(
            sql: "INSERT INTO attachment_piece (attachment, number, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [id, piece.piece, Blob.data(piece.content)])
        return nil
    }

    private static func begin(_ piece: AttachmentBody, at now: Timestamp, _ db: Database) throws -> Int64 {
        // A notice may have said before that it will not come; a person then had it sent again.
        try db.cachedStatement(
            sql: """
                INSERT INTO attachment (attachment_id, ticket_id, channel, name, media_type, media_url, size, sha256, pieces,
                    state, began_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'arriving', ?, ?)
                ON CONFLICT (attachment_id) DO UPDATE SET size = excluded.size, sha256 = excluded.sha256,
                    pieces = excluded.pieces, state = 'arriving', code = NULL, changed_at = excluded.changed_at, is_told = 0
                WHERE state IN ('failed', 'rejected', 'damaged')
                """
        ).execute(arguments: [
            piece.attachmentID, piece.ticketID, piece.channelID, piece.name, piece.mediaType, piece.mediaURL,
            piece.size,
            piece.sha256, piece.pieces, now.milliseconds, now.milliseconds,
        ])
        return try Int64.fetchOne(
            db, sql: "SELECT id FROM attachment WHERE attachment_id = ?", arguments: [piece.attachmentID]) ?? 0
    }

    /// Outside or in the relay it came to an end.
    static func note(_ notice: NoticeBody.AttachmentNotice, channelID: String, at now: Timestamp, _ db: Database) throws
    {
        try db.execute(
            sql: """
                INSERT INTO attachment (attachment_id, ticket_id, channel, name, media_url, state, code, began_at, changed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (attachment_id) DO UPDATE SET state = excluded.state, code = excluded.code,
                    changed_at = excluded.changed_at, is_told = 0
                WHERE state = 'arriving' OR (state IN ('failed', 'rejected') AND code <> excluded.code)
                """,
            arguments: [
                notice.attachmentID, notice.ticketID, channelID, notice.name, notice.mediaURL, notice.state.rawValue,
                notice.code, now.milliseconds, now.milliseconds,
            ])
    }

    // MARK: Looking at what is whole

    struct Whole: Sendable {
        var key: Int64
        var size: Int
        var sha256: String
        var pieces: Int
    }

    /// Files of which every piece is here and which nobody has looked at.
    static func whole(_ db: Database) throws -> [Whole] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, size, sha256, pieces FROM attachment a WHERE state = 'arriving'
                AND pieces = (SELECT count(*) FROM attachment_piece WHERE attachment = a.id) ORDER BY id LIMIT 20
                """
        ).map { Whole(key: $0[0], size: $0[1], sha256: $0[2], pieces: $0[3]) }
    }

    static func bytes(of key: Int64, piece number: Int, _ db: Database) throws -> [UInt8] {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT bytes FROM attachment_piece WHERE attachment = ? AND number = ?"),
            arguments: [key, number])
        return row.map { Blob.bytes($0, 0) } ?? []
    }

    static func finish(_ key: Int64, type: String?, at now: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE attachment SET state = ?, code = ?, type = ?, changed_at = ? WHERE id = ? AND state = 'arriving'
                """,
            arguments: [
                type == nil ? "damaged" : "available", type == nil ? "attachment.digest" : nil, type, now.milliseconds,
                key,
            ])
        if type == nil { try db.execute(sql: "DELETE FROM attachment_piece WHERE attachment = ?", arguments: [key]) }
    }

    // MARK: Handlers

    /// The file as a handler fetches it; nil when the ticket has none of this id, or it is not here.
    static func available(_ attachmentID: String, of ticketID: String, _ db: Database) throws -> (Int64, Int)? {
        try Row.fetchOne(
            db,
            sql: "SELECT id, pieces FROM attachment WHERE attachment_id = ? AND ticket_id = ? AND state = 'available'",
            arguments: [attachmentID, ticketID]
        ).map { ($0[0], $0[1]) }
    }

    // MARK: Going away

    /// What a file shows cannot be searched for a person: it goes whole, whatever the extent. Its id stays, so that the
    /// same file brings nothing back.
    static func erase(ticketID: String, at now: Timestamp, _ db: Database) throws -> Int {
        try db.execute(
            sql: """
                DELETE FROM attachment_piece WHERE attachment IN (SELECT id FROM attachment WHERE ticket_id = ?)
                """, arguments: [ticketID])
        try db.execute(
            sql: """
                UPDATE attachment SET state = 'erased', name = 'erased', media_type = NULL, media_url = NULL, sha256 = NULL,
                    code = NULL, changed_at = ? WHERE ticket_id = ? AND state <> 'erased'
                """, arguments: [now.milliseconds, ticketID])
        return db.changesCount
    }
}
