internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// What is run for every record, looked up once for all that are written together.
struct JournalStatements {
    /// What is known of a ticket that has come before.
    struct KnownTicket {
        var key: Int64
        var revision: Int
        var sourceDigest: [UInt8]
        var contentDigest: [UInt8]
        /// Milliseconds since 1970.
        var updatedAt: Int64
    }

    private let find: BoundStatement
    private let ticket: BoundStatement
    private let message: BoundStatement

    init(_ db: Database) throws {
        find = try BoundStatement(
            "SELECT id, revision, source_digest, content_digest, updated_at FROM ticket WHERE \(TicketIndex.condition)",
            in: db)
        ticket = try BoundStatement(
            """
            INSERT INTO ticket (ticket_id, channel, external_id, message, revision, source_digest, content_digest,
                                updated_at, received_at)
            VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)
            """, in: db)
        message = try BoundStatement(
            """
            INSERT INTO message (channel, received_at, digest, origin, content_type, bytes, is_sealed)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, in: db)
    }

    /// - Parameter number: the source's own, as `TicketIndex.normalized` has it.
    func known(_ ticketID: String, channel: Int64, number: String) throws -> KnownTicket? {
        try find.first { values in
            values.add(channel)
            values.add(number)
            values.add(ticketID)
        } _: { row in
            KnownTicket(
                key: row.int64(0), revision: Int(row.int64(1)), sourceDigest: row.bytes(2), contentDigest: row.bytes(3),
                updatedAt: row.int64(4))
        }
    }

    /// - Parameter message: the stored raw message that it came in.
    func insert(
        _ new: JournalTicket, number: String, channel: Int64, message: Int64, receivedAt: Timestamp
    ) throws {
        try ticket.run { values in
            values.add(new.ticket.ticketID)
            values.add(channel)
            values.add(number)
            values.add(message)
            values.add(new.sourceDigest)
            values.add(new.contentDigest)
            values.add(new.updatedAt.milliseconds)
            values.add(receivedAt.milliseconds)
        }
    }

    func insertMessage(of entry: JournalEntry, channel: Int64) throws {
        let raw = entry.message
        let cell = Packed.cell(try entry.stored(raw.bytes))
        try message.run { values in
            values.add(channel)
            values.add(entry.receivedAt.milliseconds)
            values.add(entry.digest)
            values.add(raw.origin)
            values.add(raw.contentType)
            values.add(cell)
            values.add(entry.atRest != nil)
        }
    }
}
