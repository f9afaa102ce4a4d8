import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceInternal

/// Stores in which an index of SQLite's kept ticket ids apart.
@Suite struct TicketIndexMigrationTests {
    private let before = StoreSchema(
        name: "internal", applicationID: InternalSchema.applicationID,
        migrations: Array(InternalSchema.migrations.prefix { $0.name != "18-ticket-index" }))
    private let names = (1...10).map { "A-\($0)" }

    /// With gaps between its rows, which the old index did not mind.
    private func old(_ folder: TemporaryFolder) throws -> [Row] {
        let store = try Store(path: folder("internal.db"), schema: before)
        let rows = try store.write { db in
            for (place, name) in names.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO ticket (id, ticket_id, number, channel, external_id, day, admitted_at, revision, latest,
                            status, owner, withdrawn_at, pruned_at) VALUES (?, ?, ?, 1, ?, 20260105, ?, 2, ?, ?, 3, ?, ?)
                        """,
                    arguments: [
                        place * 2 + 1, IntakeTicket.id(name), "N-\(place)", name, place + 100, place + 200,
                        place < 4 ? "closed" : "received", place == 5 ? 77 : nil, place == 0 ? 88 : nil,
                    ])
            }
            return try Row.fetchAll(db, sql: "SELECT * FROM ticket ORDER BY id")
        }
        try store.close()
        return rows
    }

    @Test func aStoreFromBeforeKeepsItsTicketsAsTheyAre() throws {
        let folder = TemporaryFolder()
        let rows = try old(folder)
        let store = try Store(path: folder("internal.db"), schema: InternalSchema.schema)
        try store.read { db in
            #expect(try Row.fetchAll(db, sql: "SELECT * FROM ticket ORDER BY id") == rows)
            let indexes = try Row.fetchAll(db, sql: "PRAGMA index_list(ticket)")
            #expect(indexes.map { $0["name"] } == ["ticket_closed"], "no other index is on the way of a ticket")
            let plan = try String.fetchAll(
                db,
                sql:
                    "EXPLAIN QUERY PLAN SELECT id FROM ticket WHERE status = 'closed' AND pruned_at IS NULL ORDER BY id",
                adapter: SuffixRowAdapter(fromIndex: 3))
            #expect(plan.contains { $0.contains("ticket_closed") }, "\(plan)")
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
        }
        let reader = try StoreReader(path: store.path, schema: InternalSchema.schema)
        #expect(reader.walBytes == 0, "what was written anew is in the file")
        try store.close()
    }

    @Test func itsTicketsAreFoundAndNotAdmittedAgain() throws {
        let folder = TemporaryFolder()
        _ = try old(folder)
        let command = try Store(path: folder("internal.db"), schema: InternalSchema.schema)
        let zone = try IndexBench(run: 100, folder: folder)
        #expect(try command.read { try zone.found(names, by: TicketIndex(), $0) } == names, "before any run")
        try command.close()

        let bench = try IndexBench(folder: folder)
        #expect(bench.index.size == (2, 2))
        #expect(try bench.found(names) == names)
        try bench.store.write { try bench.admit(names + ["A-11"], $0) }
        #expect(try bench.stored() == names + ["A-11"])
        #expect(try bench.findings() == [])
    }
}
