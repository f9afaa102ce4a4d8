internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// A revision whose number is taken by other content: an external side that was restored from a backup counts on from
/// there, and gives numbers again that it has forgotten.
enum TakenNumber {
    /// The same content under the next number; nil when it is known, older, or must not come back.
    static func anew(
        _ ticket: PreparedTicket, after known: KnownTicket, _ revisions: [(id: Int64, revision: Int)], _ db: Database
    ) throws -> PreparedTicket? {
        guard try !isErased(ticket.ticketID, known.id, db) else { return nil }
        var document = try IntakeDocument.read(ticket.item.body)
        let digest = document.contentDigest()
        let body = try db.cachedStatement(sql: "SELECT unpacked(body) FROM revision WHERE id = ?")
        for revision in revisions {
            guard let row = try Row.fetchOne(body, arguments: [revision.id]) else { continue }
            let other = try IntakeDocument.read(Blob.bytes(row, 0))
            if other.contentDigest() == digest { return nil }
            if revision.id == known.latest, updatedAt(document) <= updatedAt(other) { return nil }
        }
        var next = ticket
        next.revision = known.revision + 1
        document[.revision] = .integer(next.revision)
        next.item.body = document.json()
        return next
    }

    private static func updatedAt(_ ticket: IntakeTicket) -> Timestamp {
        ticket.text(.updatedDatetime).flatMap { Timestamp(rfc3339: $0) } ?? Timestamp(milliseconds: 0)
    }

    /// What was taken out of the store differs from any copy of what it was.
    private static func isErased(_ ticketID: String, _ ticket: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM erasure WHERE ticket_id = ?)
                    OR (SELECT pruned_at IS NOT NULL FROM ticket WHERE id = ?)
                """, arguments: [ticketID, ticket]) ?? false
    }
}
