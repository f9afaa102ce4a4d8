import GRDB
import Testing

@testable import SluiceStore

struct BoundStatementTests {
    private let queue: DatabaseQueue

    init() throws {
        queue = try DatabaseQueue()
        try queue.write { db in
            try db.execute(
                sql:
                    "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c TEXT, d BLOB NOT NULL, e BLOB, f INTEGER) STRICT"
            )
        }
    }

    private func insert(_ key: Int, _ text: String, _ bytes: [UInt8], in db: Database) throws {
        try BoundStatement("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", in: db).run { values in
            values.add(key)
            values.add(text)
            values.add(text.isEmpty ? nil : text)
            values.add(bytes)
            values.add(bytes.isEmpty ? nil : bytes)
            values.add(text.isEmpty)
        }
    }

    /// As GRDB reads them, types included: an empty text is a text, and empty bytes are a BLOB.
    @Test(arguments: [("电梯 b", [UInt8(0), 1, 255]), ("", [])])
    func whatIsBoundIsStored(_ text: String, _ bytes: [UInt8]) throws {
        try queue.write { try insert(1, text, bytes, in: $0) }
        let row = try #require(
            try queue.read { try Row.fetchOne($0, sql: "SELECT *, typeof(b), typeof(d), typeof(c), typeof(e) FROM t") })
        #expect(row[1] as String == text)
        #expect(Blob.bytes(row, 3) == bytes)
        #expect(row[5] as Bool == text.isEmpty)
        #expect(row[6] as String == "text" && row[7] as String == "blob")
        #expect((row[8] as String == "null") == text.isEmpty && (row[9] as String == "null") == bytes.isEmpty)
    }

    @Test func aFoundRowIsReadAndAMissingOneIsNil() throws {
        try queue.write { db in
            try insert(7, "x", [1, 2], in: db)
            let find = try BoundStatement("SELECT a, d, e FROM t WHERE a = ?", in: db)
            for _ in 0..<2 {
                let found = try find.first({ $0.add(7) }, { ($0.int64(0), $0.bytes(1)) })
                #expect(found?.0 == 7 && found?.1 == [1, 2])
                #expect(try find.first({ $0.add(8) }, { $0.int64(0) }) == nil)
            }
        }
    }

    @Test func aRowThatIsRefusedIsAnErrorAndTheNextIsTaken() throws {
        try queue.write { db in
            try insert(1, "x", [], in: db)
            #expect { try insert(1, "y", [], in: db) } throws: {
                ($0 as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT && "\($0)".contains("t.a")
            }
            try insert(2, "y", [], in: db)
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == 2)
        }
    }

    @Test func valuesThatAreTooFewOrTooManyAreAMistake() throws {
        try queue.read { db in
            let find = try BoundStatement("SELECT a FROM t WHERE a = ?", in: db)
            #expect(throws: DatabaseError.self) { try find.first({ _ in }, { $0.int64(0) }) }
            #expect(throws: DatabaseError.self) {
                try find.first(
                    { values in
                        values.add(1)
                        values.add(2)
                    }, { $0.int64(0) })
            }
        }
    }
}
