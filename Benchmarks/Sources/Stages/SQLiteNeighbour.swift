import GRDBSQLite
import SluiceSDK

/// Rows through the sqlite3 C interface with the durability of a zone, and nothing else: what a journal can cost at best.
final class SQLiteNeighbour {
    static var version: String { String(cString: sqlite3_libversion()) }

    private var handle: OpaquePointer?
    private var insert: OpaquePointer?

    init(path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw InstallationError("sqlite3_open \(path)") }
        try execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000")
        try execute(
            "CREATE TABLE ticket (id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, body BLOB NOT NULL)"
        )
        let sql = "INSERT INTO ticket (ticket_id, at, body) VALUES (?, ?, ?)"
        guard sqlite3_prepare_v2(handle, sql, -1, &insert, nil) == SQLITE_OK else { throw InstallationError(sql) }
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_close(handle)
    }

    /// One synced transaction.
    func write(_ rows: [(id: String, body: [UInt8])]) throws {
        // SQLITE_STATIC: the bytes outlive the step.
        try execute("BEGIN IMMEDIATE")
        for row in rows {
            let code = row.id.withCString { id in
                sqlite3_bind_text(insert, 1, id, -1, nil)
                sqlite3_bind_int64(insert, 2, 1_767_225_600_000)
                return row.body.withUnsafeBytes { body in
                    sqlite3_bind_blob(insert, 3, body.baseAddress, Int32(body.count), nil)
                    return sqlite3_step(insert)
                }
            }
            guard code == SQLITE_DONE else { throw InstallationError("sqlite3_step: \(code)") }
            sqlite3_reset(insert)
        }
        try execute("COMMIT")
    }

    private func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw InstallationError(String(cString: sqlite3_errmsg(handle)))
        }
    }
}
