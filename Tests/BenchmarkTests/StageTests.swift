import GRDB
import SluiceTesting
import Testing

@testable import sluice_bench

/// The stages and what they are compared with.
@Suite struct StageTests {
    private let folder = TemporaryFolder()

    @Test func aStageThatLosesSomethingFails() {
        var rows = StageRows(title: "stages", notes: [])
        rows.add("parse", 1_000)
        rows.expect(10, 10, "records parsed")
        #expect(rows.finding.holds)
        rows.expect(10, 9, "records mapped")
        #expect(!rows.finding.holds)
        #expect(rows.finding.table.notes.contains { $0.contains("records mapped: 9, and 10 were to come") })
    }

    @Test func theSQLiteNeighbourWritesEveryRowIntoTheSameTables() throws {
        let queue = try DatabaseQueue(path: folder("store.db"))
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE ticket (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body ANY, rank REAL) STRICT;
                    CREATE INDEX ticket_rank ON ticket (rank) WHERE rank > 3;
                    CREATE TABLE ledger (day TEXT, entry TEXT, PRIMARY KEY (day, entry)) WITHOUT ROWID;
                    CREATE TABLE empty (a);
                    """)
            for number in 0..<1_003 {
                try db.execute(
                    sql: "INSERT INTO ticket (name, body, rank) VALUES (?, ?, ?)",
                    arguments: ["n\(number)", number % 7 == 0 ? nil : "b\(number)", Double(number)])
            }
            try db.execute(sql: "INSERT INTO ledger VALUES ('2026-01-05', 'new'), ('2026-01-05', 'received')")
        }
        try SQLiteNeighbour(of: folder("store.db"), to: folder("copy.db")).write(transactions: 10)
        let copy = try DatabaseQueue(path: folder("copy.db"))
        for sql in [
            "SELECT * FROM ticket ORDER BY id", "SELECT * FROM ledger", "SELECT * FROM empty",
            "SELECT type, name, sql FROM sqlite_master ORDER BY name",
        ] {
            let (wanted, got) = try (
                queue.read { try Row.fetchAll($0, sql: sql) }, copy.read { try Row.fetchAll($0, sql: sql) }
            )
            #expect(wanted == got, "\(sql)")
        }
    }

    @Test func everyTextOfAParsedLineIsCopied() {
        var bytes: [Int] = []
        BareJSON.eachLine(of: Array(#"{"a":"路灯","n":[1,-2,3.5],"t":true}\#n{"b":""}"#.utf8)) {
            bytes.append(BareJSON.texts(of: $0))
        }
        // Names and texts: a, 路灯, n, t; b and nothing.
        #expect(bytes == [1 + 6 + 1 + 1, 1])
    }
}
