internal import Foundation
internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// What the journal keeps so that a follow-up works long after the raw message is gone: the last body of each ticket of
/// a channel that takes follow-ups, and which follow-ups have come.
enum FollowUpBook {
    static func keep(_ body: [UInt8], of ticket: Int64, in db: Database) throws {
        let upsert = try db.cachedStatement(
            sql: "INSERT INTO ticket_body (ticket, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body")
        try upsert.execute(arguments: [ticket, Packed.data(body)])
    }

    /// For a ticket that came before the channel took follow-ups, and comes again unchanged.
    static func keepFirst(_ ticket: IntakeTicket, revision: Int, of key: Int64, in db: Database) throws {
        let known = try db.cachedStatement(sql: "SELECT 1 FROM ticket_body WHERE ticket = ?")
        known.arguments = [key]
        if try Row.fetchOne(known) != nil { return }
        var ticket = ticket
        ticket[.revision] = .integer(revision)
        try keep(ticket.json(), of: key, in: db)
    }

    static func body(of ticket: Int64, in db: Database) throws -> IntakeTicket? {
        let body = try Data.fetchOne(db, sql: "SELECT body FROM ticket_body WHERE ticket = ?", arguments: [ticket])
        return try body.map { try IntakeTicket(json: JSONDocument.parse(Packed.bytes($0)).root) }
    }

    /// The same record, or the same words of the same time.
    static func isKnown(_ followUp: JournalFollowUp, of ticket: Int64, in db: Database) throws -> Bool {
        let known = try db.cachedStatement(
            sql: """
                SELECT 1 FROM follow_up
                WHERE ticket = ? AND kind = ? AND (source_digest = ? OR (? AND content_digest = ?))
                """)
        known.arguments = [
            ticket, followUp.kind.rawValue, followUp.sourceDigest.data, followUp.saysWhen, followUp.contentDigest.data,
        ]
        return try Row.fetchOne(known) != nil
    }

    static func note(
        _ followUp: JournalFollowUp, of ticket: Int64, revision: Int, at: Timestamp, in db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO follow_up (ticket, kind, source_digest, content_digest, revision, at)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            ticket, followUp.kind.rawValue, followUp.sourceDigest.data, followUp.contentDigest.data, revision,
            at.milliseconds,
        ])
    }
}
