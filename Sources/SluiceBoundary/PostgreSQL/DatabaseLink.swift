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

    private static func check(_ session: PostgresSession, _ schema: String) throws {
        try DatabaseCheck(
            schema: schema, version: DatabaseLayout.version,
            danger: "an acknowledged batch would not outlive a power cut",
            missing: BoundaryError(
                "boundary.not-installed",
                "the database has no boundary tables of version \(DatabaseLayout.version) in the schema \(schema); run "
                    + "`sluice boundary install`")
        ).run(session)
    }
}
