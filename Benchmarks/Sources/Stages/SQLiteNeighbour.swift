import GRDBSQLite

/// The rows of a store once more, through the sqlite3 C interface: the same tables and indexes, the same durability, as
/// many transactions, and nothing else. What a store can cost at best.
final class SQLiteNeighbour {
    static var version: String { String(cString: sqlite3_libversion()) }

    /// A table's rows on their way.
    private struct Table {
        var rows: Int
        var columns: Int32
        var written = 0
        var select: OpaquePointer?
        var insert: OpaquePointer?
    }

    private let source: Handle
    private let target: Handle
    private var tables: [Table] = []

    /// - Parameters:
    ///   - store: nobody writes to it meanwhile.
    ///   - path: where nothing is yet.
    init(of store: String, to path: String) throws {
        source = try Handle(store, isReadOnly: true)
        target = try Handle(path, isReadOnly: false)
        try target.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000")
        let made = "FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        // Tables before their indexes.
        for sql in try source.texts("SELECT sql \(made) AND type IN ('table', 'index') ORDER BY type DESC") {
            try target.execute(sql)
        }
        for name in try source.texts("SELECT name \(made) AND type = 'table'") { try add(name) }
    }

    deinit {
        for table in tables {
            sqlite3_finalize(table.select)
            sqlite3_finalize(table.insert)
        }
    }

    private func add(_ name: String) throws {
        let select = try source.prepare("SELECT * FROM \"\(name)\"")
        let columns = sqlite3_column_count(select)
        let places = Array(repeating: "?", count: Int(columns)).joined(separator: ", ")
        let rows = try source.texts("SELECT count(*) FROM \"\(name)\"").first.flatMap { Int($0) } ?? 0
        tables.append(
            Table(
                rows: rows, columns: columns, select: select,
                insert: try target.prepare("INSERT INTO \"\(name)\" VALUES (\(places))")))
    }

    /// All rows, an equal share of each table's in every one of so many synced transactions.
    func write(transactions: Int) throws {
        for transaction in 1...max(1, transactions) {
            try target.execute("BEGIN IMMEDIATE")
            for index in tables.indices {
                let end = tables[index].rows * transaction / max(1, transactions)
                while tables[index].written < end { try copyRow(of: &tables[index]) }
            }
            try target.execute("COMMIT")
        }
    }

    private func copyRow(of table: inout Table) throws {
        guard sqlite3_step(table.select) == SQLITE_ROW else { throw source.error("read") }
        for column in 0..<table.columns {
            sqlite3_bind_value(table.insert, column + 1, sqlite3_column_value(table.select, column))
        }
        guard sqlite3_step(table.insert) == SQLITE_DONE else { throw target.error("insert") }
        sqlite3_reset(table.insert)
        table.written += 1
    }

    /// A connection.
    private final class Handle {
        private var handle: OpaquePointer?

        init(_ path: String, isReadOnly: Bool) throws {
            let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else { throw error("open \(path)") }
        }

        // Statements that are still open keep it until they are gone.
        deinit { sqlite3_close_v2(handle) }

        func execute(_ sql: String) throws {
            guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(sql) }
        }

        func prepare(_ sql: String) throws -> OpaquePointer? {
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw error(sql) }
            return statement
        }

        /// The first column.
        func texts(_ sql: String) throws -> [String] {
            let statement = try prepare(sql)
            defer { sqlite3_finalize(statement) }
            var texts: [String] = []
            while sqlite3_step(statement) == SQLITE_ROW {
                texts.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
            }
            return texts
        }

        func error(_ what: String) -> InstallationError {
            InstallationError("sqlite3, \(what): \(String(cString: sqlite3_errmsg(handle)))")
        }
    }
}
