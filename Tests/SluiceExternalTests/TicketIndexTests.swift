import GRDB
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceExternal

@Suite struct TicketIndexTests {
    /// A store as it was before tickets were found by their source's number.
    private let before = StoreSchema(
        name: "external", applicationID: ExternalSchema.applicationID,
        migrations: Array(ExternalSchema.migrations.prefix { $0.name != "15 ticket number" }))

    @Test func aStoreFromBeforeKeepsItsTicketsAndWhatBelongsToThem() throws {
        let folder = TemporaryFolder()
        let old = try Store(path: folder("external.db"), schema: before)
        try old.write { db in
            try db.execute(
                sql: """
                    INSERT INTO channel (name) VALUES ('c');
                    INSERT INTO message (channel, received_at, digest, origin, bytes) VALUES (1, 1, x'00', 'o', x'00');
                    INSERT INTO ticket (id, ticket_id, channel, external_id, message, revision, source_digest,
                        content_digest, updated_at, received_at) VALUES (7, 't7', 1, 'A-7', 1, 3, x'01', x'02', 4, 5);
                    INSERT INTO ticket_body (ticket, body) VALUES (7, x'7b7d');
                    INSERT INTO reply_origin (ticket, content) VALUES (7, '{}');
                    """)
        }
        try old.close()

        let store = try Store(path: folder("external.db"), schema: ExternalSchema.schema)
        try store.read { db in
            let row = try TicketIndex.find("t7", channel: "c", externalID: "A-7", in: db)
            #expect(row?[0] == 7 as Int64?)
            #expect(try Int.fetchOne(db, sql: "SELECT revision FROM ticket WHERE id = 7") == 3)
            #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
        }
        #expect(throws: (any Error).self, "what belongs to a ticket still needs one") {
            try store.write { try $0.execute(sql: "INSERT INTO reply_origin (ticket, content) VALUES (8, '{}')") }
        }
        try store.close()
    }

    @Test func aTicketIsFoundByItsSourcesNumberWithoutLookingThroughAll() throws {
        let folder = TemporaryFolder()
        let store = try Store(path: folder("external.db"), schema: ExternalSchema.schema)
        let plan = try store.read { db in
            try String.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN SELECT id FROM ticket WHERE " + TicketIndex.condition,
                arguments: [1, TicketIndex.normalized("A-1"), "t"],
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(plan.joined().contains("USING INDEX ticket_number (channel=? AND external_id=?)"), "\(plan)")
        try store.close()
    }
}
