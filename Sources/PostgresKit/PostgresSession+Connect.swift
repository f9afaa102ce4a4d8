internal import CPQ
internal import Glibc

extension PostgresSession {
    /// - Throws: `PostgresError`, or `CancellationError`.
    func connect(isCancelled: () -> Bool) throws {
        let connection = try begin()
        // The server's code is asked for, because libpq hands it over in no other way before the connection is there;
        // notices would go to standard error otherwise.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        do {
            try shakeHands(connection, isCancelled)
        } catch {
            PQfinish(connection)
            throw error
        }
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
        PQsetnonblocking(connection, 1)
        self.connection = connection
        do { try setUp() } catch {
            disconnect()
            throw error
        }
    }

    func disconnect() {
        if let connection { PQfinish(connection) }
        connection = nil
    }

    private func begin() throws -> OpaquePointer {
        let all = settings.all
        let words = all.flatMap { [strdup($0.key), strdup($0.value)] }
        defer { for word in words { free(word) } }
        let keys = all.indices.enumerated().map { UnsafePointer(words[$0.offset * 2]) } + [nil]
        let values = all.indices.enumerated().map { UnsafePointer(words[$0.offset * 2 + 1]) } + [nil]
        guard let connection = PQconnectStartParams(keys, values, 0) else {
            throw PostgresError("postgres.refused", "out of memory")
        }
        return connection
    }

    private func shakeHands(_ connection: OpaquePointer, _ isCancelled: () -> Bool) throws {
        let deadline = ContinuousClock.now.advanced(by: settings.connectTimeout)
        var state = PGRES_POLLING_WRITING
        while PQstatus(connection) != CONNECTION_BAD, state != PGRES_POLLING_OK, state != PGRES_POLLING_FAILED {
            let events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT
            let ready = wake.wait(PQsocket(connection), for: events, until: deadline)
            if isCancelled() { throw CancellationError() }
            if ready != 0 {
                state = PQconnectPoll(connection)
            } else if ContinuousClock.now >= deadline {
                throw PostgresError(
                    "postgres.refused", "no connection to \(settings.host) within \(settings.connectTimeout)")
            }
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            throw PostgresError(
                connecting: String(cString: PQerrorMessage(connection)), password: settings.password)
        }
    }

    /// Limits that the server keeps, whatever this process does.
    private func setUp() throws {
        let milliseconds = { (duration: Duration) in
            max(1, duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
        }
        try script(
            """
            SET statement_timeout = \(milliseconds(settings.statementTimeout));
            SET idle_in_transaction_session_timeout = \(milliseconds(settings.idleInTransactionTimeout));
            SET client_min_messages = error;
            SET standard_conforming_strings = on
            """)
    }
}
