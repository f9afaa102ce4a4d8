internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Files in external.db, within a transaction.
enum AttachmentBook {
    /// Whose a file is.
    struct Owner {
        var ticketID: String
        var externalID: String
        var channelID: String
        var wantsReview: Bool
    }

    /// Writes down what a revision of a ticket brings. What is known already, from this revision or one before, changes
    /// nothing.
    static func add(_ drafts: [AttachmentDraft], of owner: Owner, at now: Timestamp, in db: Database) throws {
        for draft in drafts {
            guard let id = try insert(draft, owner, at: now, in: db) else { continue }
            switch draft.source {
            case .bytes(let bytes):
                try keep(bytes, sha256: draft.sha256 ?? Hex.encode(SHA256.hash(bytes)), of: id, at: now, in: db)
            case .address: break
            case .refused(let code): try fail(id, code: code, at: now, in: db)
            }
        }
    }

    /// - Returns: nil when it is known.
    private static func insert(
        _ draft: AttachmentDraft, _ owner: Owner, at now: Timestamp, in db: Database
    ) throws -> Int64? {
        var wanted: String?
        if case .address(_, let sha256) = draft.source { wanted = sha256 }
        try db.cachedStatement(
            sql: """
                INSERT INTO attachment (attachment_id, ticket_id, external_id, channel, name, media_type, media_url, wanted,
                    review, state, next_at, created_at, changed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'fetching', ?, ?, ?) ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            draft.attachmentID, owner.ticketID, owner.externalID, owner.channelID, draft.name, draft.mediaType,
            draft.mediaURL, wanted, owner.wantsReview, now.milliseconds, now.milliseconds, now.milliseconds,
        ])
        return db.changesCount == 1 ? db.lastInsertedRowID : nil
    }

    /// The bytes are here: cut into pieces, ready to go.
    static func keep(_ bytes: [UInt8], sha256: String, of id: Int64, at now: Timestamp, in db: Database) throws {
        let pieces = AttachmentBody.pieces(of: bytes.count)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO attachment_piece (attachment, number, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        for number in 1...max(1, pieces) {
            try insert.execute(arguments: [id, number, AttachmentBody.piece(number, of: bytes).data])
        }
        try db.execute(
            sql: """
                UPDATE attachment SET state = 'ready', size = ?, sha256 = ?, pieces = ?, next_at = NULL, code = NULL,
                    changed_at = ? WHERE id = ? AND state = 'fetching'
                """, arguments: [bytes.count, sha256, pieces, now.milliseconds, id])
    }

    /// It will not come: the inside hears so.
    static func fail(_ id: Int64, code: String, at now: Timestamp, in db: Database) throws {
        try db.execute(
            sql: "UPDATE attachment SET state = 'failed', code = ?, next_at = NULL, changed_at = ? WHERE id = ?",
            arguments: [code, now.milliseconds, id])
        try tell(id, .failed, code: code, at: now, in: db)
    }

    private static func tell(
        _ id: Int64, _ state: NoticeBody.AttachmentNotice.State, code: String, at now: Timestamp, in db: Database
    ) throws {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT attachment_id, ticket_id, channel, name, media_url FROM attachment WHERE id = ?",
                arguments: [id])
        else { return }
        let notice = NoticeBody.AttachmentNotice(
            attachmentID: row[0], ticketID: row[1], name: row[3], mediaURL: row[4], state: state, code: code, at: now)
        let item = Item(
            id: row[0], channelID: row[2], kind: .notice, createdAt: now, schema: NoticeBody.schemaVersion,
            body: NoticeBody(.attachment(notice)).json())
        try Outbox.append(item, to: .externalToRelay, in: db)
    }

    // MARK: Items

    /// The body of a piece's item, the same every time: for the outlet.
    static func body(of piece: Int64, in db: Database) throws -> [UInt8] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT attachment_id, ticket_id, channel, external_id, name, media_type, media_url, size, sha256, number, bytes
                FROM attachment_piece JOIN attachment ON attachment.id = attachment_piece.attachment
                WHERE attachment_piece.id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [piece]) else { return [] }
        return AttachmentBody(
            attachmentID: row[0], ticketID: row[1], channelID: row[2], externalID: row[3], name: row[4],
            mediaType: row[5], mediaURL: row[6], size: row[7] ?? 0, sha256: row[8] ?? "", piece: row[9],
            content: Blob.bytes(row, 10)
        ).json()
    }

    /// The relay rejected pieces of these numbers: one is enough, the file will not come.
    static func rejected(_ range: ItemRange, code: String, at now: Timestamp, in db: Database) throws {
        guard try hasOpen(in: db) else { return }
        let files = try Int64.fetchAll(
            db,
            sql: """
                SELECT DISTINCT attachment.id FROM outbox
                JOIN attachment_piece ON attachment_piece.id = outbox.reference
                JOIN attachment ON attachment.id = attachment_piece.attachment
                WHERE \(items) AND attachment.state IN ('ready', 'sent')
                """, arguments: arguments(range))
        for id in files {
            try db.execute(
                sql: "UPDATE attachment SET state = 'rejected', code = ?, changed_at = ? WHERE id = ?",
                arguments: [code, now.milliseconds, id])
            try tell(id, .rejected, code: code, at: now, in: db)
        }
    }

    /// The inside has pieces of these numbers.
    static func taken(_ range: ItemRange, at now: Timestamp, in db: Database) throws {
        guard try hasOpen(in: db) else { return }
        try db.execute(
            sql: """
                UPDATE attachment_piece SET is_taken = 1 WHERE is_taken = 0
                AND id IN (SELECT reference FROM outbox WHERE \(items))
                """, arguments: arguments(range))
        guard db.changesCount > 0 else { return }
        try db.execute(
            sql: """
                UPDATE attachment SET state = 'taken', changed_at = ? WHERE state = 'sent' AND NOT EXISTS (
                    SELECT 1 FROM attachment_piece WHERE attachment = attachment.id AND is_taken = 0)
                """, arguments: [now.milliseconds])
    }

    /// Keeps the look at every verdict and receipt cheap while no file is on its way.
    private static func hasOpen(in db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM attachment WHERE state IN ('ready', 'sent'))")
        return try Bool.fetchOne(statement) ?? false
    }

    private static let items = """
        outbox.stream = ? AND outbox.epoch = ? AND outbox.number BETWEEN ? AND ? AND outbox.kind = 'attachment'
        """

    private static func arguments(_ range: ItemRange) -> StatementArguments {
        [BoundaryStream.externalToRelay.name, range.epoch, range.first, range.last]
    }
}
