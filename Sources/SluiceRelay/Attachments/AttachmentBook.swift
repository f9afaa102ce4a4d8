internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Files in quarantine.db, within a transaction.
enum AttachmentBook {
    // MARK: Pieces come

    /// The findings, with those of pieces changed where the file was judged before, or where a piece belongs to another
    /// file than its name says.
    static func known(_ items: [InboundItem], _ findings: [Finding], in db: Database) throws -> [Finding] {
        guard findings.contains(where: { $0.piece != nil }) else { return findings }
        return try zip(items, findings).map { _, finding in
            guard let piece = finding.piece else { return finding }
            guard var known = try verdict(on: piece, in: db) else { return finding }
            // An erasure finds it as a piece of the file, however often it came.
            if known.code != "attachment.mismatch" { known.piece = piece }
            return known
        }
    }

    private static func verdict(on piece: AttachmentPiece, in db: Database) throws -> Finding? {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT id, state, code, reason, size, sha256, ticket_id FROM attachment WHERE attachment_id = ?",
            arguments: [piece.attachmentID])
        guard let row else { return nil }
        guard row[4] == piece.size, row[5] == piece.sha256, row[6] == piece.ticketID else {
            return .rejected("attachment.mismatch", "another file came under this id before")
        }
        let digests = try Data.fetchAll(
            db, sql: "SELECT digest FROM attachment_piece WHERE attachment = ? AND number = ?",
            arguments: [row[0] as Int64, piece.number])
        guard digests.allSatisfy({ Array($0) == piece.digest }) else {
            return .rejected("attachment.mismatch", "other bytes came as this piece before")
        }
        switch row[1] as String {
        case "released" where !digests.isEmpty: return .released
        case "rejected": return .rejected(row[2] ?? "attachment.rejected", row[3] ?? "the file was rejected")
        default: return nil
        }
    }

    /// - Parameter rows: of the items, in order.
    static func note(
        _ rows: [Int64], _ items: [InboundItem], _ findings: [Finding], at now: Timestamp, in db: Database
    ) throws {
        for (row, finding) in zip(rows, findings) {
            guard let piece = finding.piece else { continue }
            try note(piece, item: row, at: now, in: db)
        }
    }

    private static func note(_ piece: AttachmentPiece, item: Int64, at now: Timestamp, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO attachment (attachment_id, ticket_id, channel_id, size, sha256, pieces, review, state, changed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'incomplete', ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                piece.attachmentID, piece.ticketID, piece.channelID, piece.size, piece.sha256, piece.pieces,
                piece.wantsReview, now.milliseconds,
            ])
        let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM attachment WHERE attachment_id = ?", arguments: [piece.attachmentID])
        guard let id else { return }
        try db.execute(
            sql: "INSERT INTO attachment_piece (attachment, number, item, digest) VALUES (?, ?, ?, ?)",
            arguments: [id, piece.number, item, Data(piece.digest)])
        try db.execute(
            sql: """
                UPDATE attachment SET state = 'complete', changed_at = ?2 WHERE id = ?1 AND state = 'incomplete' AND pieces =
                    (SELECT count(DISTINCT number) FROM attachment_piece WHERE attachment = ?1)
                """, arguments: [id, now.milliseconds])
    }

    // MARK: A file is judged

    /// A file of which all pieces are here.
    struct Whole: Sendable {
        var id: Int64
        var size: Int
        var sha256: String
        var wantsReview: Bool
        /// One item for each piece, in order.
        var items: [Int64]
    }

    static func next(at now: Timestamp, in db: Database) throws -> Whole? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT id, size, sha256, review FROM attachment WHERE state = 'complete' AND next_at <= ?
                ORDER BY next_at, id LIMIT 1
                """, arguments: [now.milliseconds])
        guard let row else { return nil }
        let items = try Int64.fetchAll(
            db, sql: "SELECT min(item) FROM attachment_piece WHERE attachment = ? GROUP BY number ORDER BY number",
            arguments: [row[0] as Int64])
        return Whole(id: row[0], size: row[1], sha256: row[2], wantsReview: row[3], items: items)
    }

    /// The bytes that an item carries.
    static func bytes(of item: Int64, in db: Database) throws -> [UInt8] {
        guard let row = try Row.fetchOne(db, sql: "SELECT unpacked(line) FROM item WHERE id = ?", arguments: [item])
        else {
            return []
        }
        let line = Blob.bytes(row, 0)
        // Erased meanwhile.
        if line.isEmpty { return [] }
        return try AttachmentBody(json: InboundItem.item(ofLine: line).body).content
    }

    /// It waits: the scanner cannot be asked, and nothing passes unlooked at.
    static func postpone(_ id: Int64, until time: Timestamp, reason: String, at now: Timestamp, in db: Database) throws
    {
        try db.execute(
            sql: """
                UPDATE attachment SET next_at = ?, code = 'scan.unreachable', reason = ?, changed_at = ?
                WHERE id = ? AND state = 'complete'
                """, arguments: [time.milliseconds, reason, now.milliseconds, id])
    }

    /// Found good; a person has to say so too.
    static func review(_ id: Int64, at now: Timestamp, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE attachment SET state = 'review', code = 'review', reason = NULL, changed_at = ?
                WHERE id = ? AND state = 'complete'
                """, arguments: [now.milliseconds, id])
    }

    /// One verdict on every piece, with what follows from it. A file that has its end keeps it.
    static func decide(_ id: Int64, _ finding: Finding, at now: Timestamp, by person: String, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE attachment SET state = ?, code = ?, reason = ?, changed_at = ?
                WHERE id = ? AND state IN ('incomplete', 'complete', 'review')
                """,
            arguments: [finding.decision.rawValue, finding.code, finding.reason, now.milliseconds, id])
        guard db.changesCount == 1 else { return }
        let items = try Int64.fetchAll(
            db, sql: "SELECT item FROM attachment_piece WHERE attachment = ? ORDER BY item", arguments: [id])
        var places: [DeskQuery.Place] = []
        for item in items {
            let place = try DeskQuery(db: db).place(item)
            let verdict = Verdict(
                range: place.range, decision: finding.decision, code: finding.code, reason: finding.reason, at: now,
                by: person)
            try Quarantine(db: db).store(verdict, isLate: true)
            try Outbox.append(verdict, to: place.back, in: db)
            places.append(place)
        }
        if finding.decision == .released { try passOn(places, in: db) }
    }

    /// Pieces that came in one batch go on together, with one proof of where they come from.
    private static func passOn(_ places: [DeskQuery.Place], in db: Database) throws {
        var passages: [Passage] = []
        for place in places {
            if let last = passages.last, last.producer == place.passage.producer,
                last.position == place.passage.position
            {
                let lines = (last.lines + place.passage.lines).flatMap { Array($0) }.sorted()
                passages[passages.count - 1].lines = Spans.joined(lines)
            } else {
                passages.append(place.passage)
            }
        }
        for passage in passages { try Outbox.append(passage, to: .relayToInternal, in: db) }
    }

    /// One item for each file that was found good and waits for a person.
    static func firstPiecesUnderReview(_ db: Database) throws -> Set<Int64> {
        Set(
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT min(p.item) FROM attachment a JOIN attachment_piece p ON p.attachment = a.id
                    WHERE a.state = 'review' GROUP BY a.id
                    """))
    }

    /// A person decides about a file by any of its pieces.
    /// - Throws: `DeskError` `quarantine.attachment` when it may not be released yet.
    static func decide(
        pieceItem: Int64, _ finding: Finding, at now: Timestamp, by person: String, in db: Database
    ) throws {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT a.id, a.state, a.reason FROM attachment_piece p JOIN attachment a ON a.id = p.attachment
                WHERE p.item = ?
                """, arguments: [pieceItem])
        guard let row else {
            throw DeskError("quarantine.unknown", "item \(pieceItem) is not a piece of a file that is known here")
        }
        let state: String = row[1]
        if finding.decision == .released, state != "review" {
            let why = state == "complete" ? (row[2] as String?) ?? "it is being looked at" : "pieces of it are missing"
            throw DeskError(
                "quarantine.attachment", "the file is not to be released yet: \(why); nothing passes unlooked at")
        }
        try decide(row[0], finding, at: now, by: person, in: db)
    }
}
