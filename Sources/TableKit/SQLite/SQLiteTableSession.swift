internal import CSQLite
internal import SluiceSDK

/// Somebody else's SQLite file: it is never made, and its settings stay as they are.
final class SQLiteTableSession: TableSession {
    let handle: OpaquePointer
    var keepsTransaction = false
    /// Statements end then; looked at every few thousand steps.
    var deadline = ContinuousClock.now
    /// Statements that run often, kept by their text.
    private var kept: [String: OpaquePointer] = [:]
    private static let mostKept = 32
    private static let busyMilliseconds: Int32 = 10_000
    private static let stepsBetweenLooks: Int32 = 10_000

    init(path: String) throws {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle = opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw TableError(sqlite: code, message)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
        sqlite3_extended_result_codes(handle, 1)
        _ = sluice_names_are_no_texts(handle)
        sqlite3_progress_handler(
            handle, Self.stepsBetweenLooks,
            { context in
                guard let context else { return 0 }
                let session = Unmanaged<SQLiteTableSession>.fromOpaque(context).takeUnretainedValue()
                return ContinuousClock.now > session.deadline ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
        // A file that is no database says so here, and not at the first row.
        do { _ = try texts("SELECT count(*) FROM sqlite_schema") } catch {
            sqlite3_close_v2(handle)
            throw error
        }
    }

    func close() {
        for statement in kept.values { sqlite3_finalize(statement) }
        kept = [:]
        sqlite3_close_v2(handle)
    }

    func parameter(_ number: Int) -> String { "?\(number)" }

    func select(
        _ sql: String, _ values: [TableValue], columns: ([TableColumn]) throws -> Void,
        row: (any TableRow) throws -> Bool
    ) throws {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        guard sqlite3_stmt_readonly(statement) == 1 else {
            throw TableError(.shape, "sql", "the statement would change the file; write a SELECT")
        }
        try bind(values, statement)
        // Stepped first: a schema that has changed meanwhile is read then.
        var code = sqlite3_step(statement)
        try columns(
            (0..<sqlite3_column_count(statement)).map { column in
                TableColumn(
                    name: sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "",
                    type: sqlite3_column_decltype(statement, column).map { String(cString: $0) } ?? "")
            })
        while code == SQLITE_ROW {
            guard try row(SQLiteTableRow(statement: statement)) else { return }
            code = sqlite3_step(statement)
        }
        guard code == SQLITE_DONE else { throw failure(code) }
    }

    func execute(_ sql: String, _ values: [TableValue]) throws -> Int {
        let statement = try keptStatement(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        try bind(values, statement)
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw failure(code) }
        return Int(sqlite3_changes(handle))
    }

    /// Immediately: a transaction that reads first and then wants to write is refused at once, without waiting.
    func begin(_ kind: TableTransaction) throws {
        _ = try execute(kind == .reading ? "BEGIN" : "BEGIN IMMEDIATE", [])
    }

    func commit() throws { _ = try execute("COMMIT", []) }

    func rollBack() {
        if sqlite3_get_autocommit(handle) == 0 { _ = try? execute("ROLLBACK", []) }
    }

    private func keptStatement(_ sql: String) throws -> OpaquePointer {
        if let statement = kept[sql] { return statement }
        if kept.count >= Self.mostKept {
            for statement in kept.values { sqlite3_finalize(statement) }
            kept = [:]
        }
        let statement = try prepare(sql)
        kept[sql] = statement
        return statement
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        var made: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, Int32(sql.utf8.count), &made, nil)
        guard code == SQLITE_OK else { throw failure(code) }
        guard let statement = made else { throw TableError(.shape, "sql", "there is no statement") }
        return statement
    }

    private func bind(_ values: [TableValue], _ statement: OpaquePointer) throws {
        for (index, value) in values.enumerated() {
            let at = Int32(index + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, at)
                case .integer(let number): sqlite3_bind_int64(statement, at, number)
                case .real(let number): sqlite3_bind_double(statement, at, number)
                case .text(let text): sluice_bind_text(statement, at, text, Int32(text.utf8.count))
                case .bytes(let bytes): sluice_bind_blob(statement, at, bytes, Int32(bytes.count))
                }
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func failure(_ code: Int32) -> TableError {
        TableError(sqlite: code, String(cString: sqlite3_errmsg(handle)))
    }
}

struct SQLiteTableRow: TableRow {
    let statement: OpaquePointer

    func value(_ column: Int) -> TableValue {
        let at = Int32(column)
        switch sqlite3_column_type(statement, at) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, at))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, at))
        case SQLITE_TEXT: return .text(String(decoding: bytes(at), as: UTF8.self))
        case SQLITE_BLOB: return .bytes(Array(bytes(at)))
        default: return .null
        }
    }

    func write(_ column: Int, to writer: inout JSONWriter) {
        let at = Int32(column)
        switch sqlite3_column_type(statement, at) {
        case SQLITE_INTEGER: writer.integer(sqlite3_column_int64(statement, at))
        case SQLITE_FLOAT: writer.number(sqlite3_column_double(statement, at))
        // As it stands: what is no UTF-8 is refused by the format, and not mended in silence.
        case SQLITE_TEXT: writer.string(utf8: bytes(at))
        case SQLITE_BLOB: writer.string(Base64.encode(Array(bytes(at))))
        default: writer.null()
        }
    }

    private func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        // The text is asked for before its length, which may change with it.
        let start = sqlite3_column_blob(statement, column)?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }
}
