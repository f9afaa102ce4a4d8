internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// A ticket that the inside could not admit, as a case on the desk of rejects. It has no bytes of its own: a replay maps
/// the raw message that brought it once more and sends that ticket across as a new revision.
enum RefusalCase {
    /// What the case is known by.
    static func digest(_ ticketID: String, revision: Int) -> [UInt8] {
        SHA256.hash("refusal\u{0}\(ticketID)\u{0}\(revision)")
    }

    static func add(_ refusal: RefusalBody, at now: Timestamp, in db: Database) throws {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT ticket.channel, message, revision, coalesce(version, ''), is_sealed FROM ticket
                JOIN channel ON channel.id = ticket.channel JOIN message ON message.id = ticket.message
                WHERE channel.name = ? AND external_id = ? AND ticket_id = ?
                """,
            arguments: [refusal.channelID, TicketIndex.normalized(refusal.externalID), refusal.ticketID])
        // What the source has said since has gone across on its own.
        guard let row, (row[2] as Int) == refusal.revision else { return }
        let reason =
            "ticket \(refusal.ticketID) revision \(refusal.revision) was not admitted inside: \(refusal.reason)"
        try db.execute(
            sql: """
                INSERT INTO reject (channel, message, record_digest, stage, code, reason, config_version, bytes,
                                    is_sealed, rejected_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, zeroblob(0), ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                row[0] as Int64, row[1] as Int64, digest(refusal.ticketID, revision: refusal.revision).data,
                RecordFault.Stage.admit.rawValue, refusal.code, reason, row[3] as String, row[4] as Bool,
                now.milliseconds,
            ])
    }

    /// What a replay maps: a person's edit, or the message that brought the ticket.
    static func bytes(of reject: Reject, _ message: RawMessage) throws -> [UInt8] {
        if let edited = reject.events.last(where: { $0.kind == .edited })?.bytes { return edited }
        if message.bytes.isEmpty {
            throw DeskError(
                "reject.no-bytes", "the raw message of this ticket is gone; have the source send it again, changed")
        }
        return message.bytes
    }
}
