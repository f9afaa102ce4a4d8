internal import Foundation
internal import GRDB

/// Finds the ticket of a source's record.
///
/// The index is over (channel, the source's own number), not over the ticket's id: that is a digest, so every insert would
/// touch another page of a large index, and each such page is written to the log and to the file. Sources count upwards.
enum TicketIndex {
    static let condition = "channel = ? AND external_id = ? AND ticket_id = ?"

    /// As the table has it: the ticket's id does not tell spellings of one text apart either.
    static func normalized(_ externalID: String) -> String {
        externalID.utf8.allSatisfy { $0 < 0x80 } ? externalID : externalID.precomposedStringWithCanonicalMapping
    }

    /// For whoever knows a channel by its name.
    static func find(_ ticketID: String, channel: String, externalID: String, in db: Database) throws -> Row? {
        let sql =
            "SELECT id, channel, message FROM ticket WHERE channel = (SELECT id FROM channel WHERE name = ?) "
            + "AND external_id = ? AND ticket_id = ?"
        return try Row.fetchOne(
            db.cachedStatement(sql: sql), arguments: [channel, normalized(externalID), ticketID])
    }

    /// Tables that refer to `ticket` go on referring to the one that takes its name.
    static let migration = """
        CREATE TABLE ticket_by_number (
            id INTEGER PRIMARY KEY,
            ticket_id TEXT NOT NULL,
            channel INTEGER NOT NULL REFERENCES channel,
            external_id TEXT NOT NULL,
            message INTEGER NOT NULL REFERENCES message,
            revision INTEGER NOT NULL,
            source_digest BLOB NOT NULL,
            content_digest BLOB NOT NULL,
            updated_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL
        ) STRICT;
        INSERT INTO ticket_by_number SELECT id, ticket_id, channel, external_id, message, revision, source_digest,
            content_digest, updated_at, received_at FROM ticket;
        DROP TABLE ticket;
        ALTER TABLE ticket_by_number RENAME TO ticket;
        CREATE INDEX ticket_number ON ticket (channel, external_id);
        """
}
