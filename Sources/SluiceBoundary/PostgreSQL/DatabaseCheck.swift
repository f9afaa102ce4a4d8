internal import PostgresKit

/// What every connection to a database of Sluice's begins with.
struct DatabaseCheck {
    let schema: String
    /// Of the tables that this program knows.
    let version: Int64
    /// What a server without fsync would do: `what was recorded would not outlive a power cut`.
    let danger: String
    /// When the tables are missing or older.
    let missing: BoundaryError

    /// Commits must be on the disk when they are visible, and the tables must be those that this program knows.
    /// - Throws: `PostgresError`; `BoundaryError`.
    func run(_ session: PostgresSession) throws {
        // The server notices soon when the other end of a connection is gone, and lets go of what it held.
        try session.script(
            """
            SET synchronous_commit = on; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;
            SET tcp_keepalives_count = 3; SET tcp_user_timeout = 20000
            """)
        if try session.query("SELECT current_setting('fsync')").text(0, 0) != "on" {
            throw BoundaryError("boundary.database-unsafe", "the server runs with fsync = off: \(danger)")
        }
        let found: Int64?
        do {
            found = try session.query("SELECT max(number) FROM \(schema).version").integer(0, 0)
        } catch let error as PostgresError where ["42P01", "3F000"].contains(error.sqlstate) {
            found = nil
        }
        guard let found, found >= version else { throw missing }
    }
}
