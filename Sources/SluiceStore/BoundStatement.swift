package import GRDB
internal import GRDBSQLite

/// A statement that is run for every record: looked up once for many of them, and its values go straight to SQLite.
///
/// Good within one access to the database, like the `Statement` that it is made of.
package struct BoundStatement {
    private let db: Database
    private let statement: Statement

    package init(_ sql: String, in db: Database) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
    }

    /// - Parameter bind: one `add` for each `?`, in order.
    /// - Throws: `DatabaseError`, as GRDB does.
    package func run(_ bind: (inout BoundValues) -> Void) throws {
        try start(bind)
        defer { sqlite3_reset(statement.sqliteStatement) }
        try check(sqlite3_step(statement.sqliteStatement), SQLITE_DONE)
    }

    /// What `read` makes of the first row; nil when there is none.
    package func first<Value>(
        _ bind: (inout BoundValues) -> Void, _ read: (BoundRow) throws -> Value
    ) throws -> Value? {
        try start(bind)
        defer { sqlite3_reset(statement.sqliteStatement) }
        let code = sqlite3_step(statement.sqliteStatement)
        if code == SQLITE_DONE { return nil }
        try check(code, SQLITE_ROW)
        return try read(BoundRow(statement: statement.sqliteStatement))
    }

    private func start(_ bind: (inout BoundValues) -> Void) throws {
        var values = BoundValues(statement: statement.sqliteStatement)
        bind(&values)
        let wanted = sqlite3_bind_parameter_count(statement.sqliteStatement)
        if values.code == SQLITE_OK, values.count != wanted { throw failure(SQLITE_RANGE) }
        try check(values.code, SQLITE_OK)
    }

    private func check(_ code: Int32, _ wanted: Int32) throws {
        if code != wanted { throw failure(code) }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
    }
}

/// Takes the values of one run.
package struct BoundValues {
    private let statement: SQLiteStatement
    fileprivate private(set) var count: Int32 = 0
    /// The first code that was not `SQLITE_OK`.
    fileprivate private(set) var code = SQLITE_OK

    fileprivate init(statement: SQLiteStatement) {
        self.statement = statement
    }

    package mutating func add(_ number: Int64) {
        take(sqlite3_bind_int64(statement, next(), number))
    }

    package mutating func add(_ number: Int) { add(Int64(number)) }

    package mutating func add(_ flag: Bool) { add(flag ? 1 : 0) }

    package mutating func add(_ number: Int64?) {
        if let number { add(number) } else { addNull() }
    }

    package mutating func add(_ text: String) {
        var text = text
        let index = next()
        take(text.withUTF8 { sqlite3_bind_text(statement, index, Self.start(of: $0), Int32($0.count), Self.copied) })
    }

    package mutating func add(_ text: String?) {
        if let text { add(text) } else { addNull() }
    }

    /// A BLOB.
    package mutating func add(_ bytes: [UInt8]) {
        let index = next()
        take(
            bytes.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_zeroblob(statement, index, 0)
                }
                return sqlite3_bind_blob(statement, index, start, Int32(bytes.count), Self.copied)
            })
    }

    package mutating func add(_ bytes: [UInt8]?) {
        if let bytes { add(bytes) } else { addNull() }
    }

    private mutating func addNull() {
        take(sqlite3_bind_null(statement, next()))
    }

    private mutating func next() -> Int32 {
        count += 1
        return count
    }

    private mutating func take(_ found: Int32) {
        if code == SQLITE_OK { code = found }
    }

    /// Of an empty text too: a null pointer would be NULL.
    private static func start(of bytes: UnsafeBufferPointer<UInt8>) -> UnsafePointer<CChar> {
        let start = bytes.baseAddress ?? StaticString("").utf8Start
        return UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
    }

    /// SQLite keeps its own copy.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

/// A row while it stands.
package struct BoundRow {
    fileprivate let statement: SQLiteStatement

    package func int64(_ index: Int32) -> Int64 { sqlite3_column_int64(statement, index) }

    /// A BLOB; empty when it is NULL.
    package func bytes(_ index: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, index) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index))))
    }
}
