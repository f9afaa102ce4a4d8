internal import PostgresKit

/// One connection that is opened when it is needed and opened again when it broke, with growing pauses between tries.
actor DatabaseLink {
    private let database: BoundaryDatabase
    /// Runs on every new connection before anything else does.
    private let prepare: @Sendable (PostgresSession) throws -> Void
    private var connection: PostgresConnection?
    private var failure: (any Error)?
    private var pause: Duration
    private var notBefore = ContinuousClock.now

    init(_ database: BoundaryDatabase, prepare: @escaping @Sendable (PostgresSession) throws -> Void = { _ in }) {
        (self.database, self.prepare) = (database, prepare)
        pause = database.firstPause
    }

    /// - Throws: what `body` throws; `PostgresError`; `BoundaryError` when the database is not one of this boundary.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        try await open().run(body)
    }

    func open() async throws -> PostgresConnection {
        if let connection, connection.isOpen { return connection }
        connection = nil
        if let failure, .now < notBefore { throw failure }
        do {
            let opened = try await PostgresConnection.open(database.settings)
            let (prepare, schema) = (prepare, database.schema)
            do {
                try await opened.run { session in
                    try Self.check(session, schema)
                    try prepare(session)
                }
            } catch {
                await opened.close()
                throw error
            }
            (connection, failure, pause) = (opened, nil, database.firstPause)
            return opened
        } catch let error as CancellationError {
            throw error
        } catch {
            failure = error
            notBefore = .now + pause
            pause = min(pause * 2, database.longestPause)
            throw error
        }
    }

    func close() async {
        let open = connection
        connection = nil
        await open?.close()
    }

    /// Commits must be on the disk when they are visible, and the tables must be those that this program knows.
    private static func check(_ session: PostgresSession, _ schema: String) throws {
        // The server notices soon when the other end of a connection is gone, and lets go of what it held.
        try session.script(
            """
            SET synchronous_commit = on; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;
            SET tcp_keepalives_count = 3; SET tcp_user_timeout = 20000
            """)
        if try session.query("SELECT current_setting('fsync')").text(0, 0) != "on" {
            throw BoundaryError(
                "boundary.database-unsafe",
                "the server runs with fsync = off: an acknowledged batch would not outlive a power cut")
        }
        let version: Int64?
        do {
            version = try session.query("SELECT max(number) FROM \(schema).version").integer(0, 0)
        } catch let error as PostgresError where ["42P01", "3F000"].contains(error.sqlstate) {
            version = nil
        }
        guard let version, version >= DatabaseLayout.version else {
            throw BoundaryError(
                "boundary.not-installed",
                "the database has no boundary tables of version \(DatabaseLayout.version) in the schema \(schema); run "
                    + "`sluice boundary install`")
        }
    }
}
