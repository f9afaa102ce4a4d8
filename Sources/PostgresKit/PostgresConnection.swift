internal import Dispatch
internal import Synchronization

/// One connection to a PostgreSQL server, on a thread of its own.
///
/// It is connected from the moment it is there. When it breaks it stays broken (`isOpen`), and whether to open another
/// is the caller's decision. Work that is handed over runs in that order, one piece at a time. Letting go of the last
/// reference ends it.
public final class PostgresConnection: Sendable {
    private let loop: PostgresLoop

    private init(_ loop: PostgresLoop) { self.loop = loop }

    deinit { loop.stop() }

    /// - Throws: `PostgresError`, or `CancellationError`.
    public static func open(_ settings: PostgresSettings) async throws -> PostgresConnection {
        let loop = PostgresLoop(settings)
        let connection = PostgresConnection(loop)
        loop.start()
        // The first piece of work waits for the connection and hears why there is none.
        try await connection.run { _ in }
        return connection
    }

    public var isOpen: Bool { loop.isOpen }

    /// Runs `body` on the connection's thread, where it may block. Cancelling the task cancels the statement.
    ///
    /// What `body` leaves open is rolled back.
    /// - Throws: what `body` throws; `PostgresError`; `CancellationError`.
    public func run<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        let mark = CancelMark()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.submit(
                    PostgresLoop.Job(
                        mark: mark,
                        run: { [loop] session in
                            let outcome = Result { try body(session) }
                            loop.note(session)
                            continuation.resume(with: outcome)
                        },
                        refuse: { continuation.resume(throwing: $0) }))
            }
        } onCancel: {
            mark.isSet.store(true, ordering: .releasing)
            loop.wake.ring()
        }
    }

    /// The same for a thread that may wait. Never on a cooperative one.
    public func runAndWait<Value: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> Value) throws
        -> Value
    {
        let isDone = DispatchSemaphore(value: 0)
        // Written on the connection's thread and read here, after the semaphore.
        nonisolated(unsafe) var outcome = Result<Value, any Error>.failure(PostgresError.closed)
        loop.submit(
            PostgresLoop.Job(
                mark: CancelMark(),
                run: { [loop] session in
                    outcome = Result { try body(session) }
                    loop.note(session)
                    isDone.signal()
                },
                refuse: { error in
                    outcome = .failure(error)
                    isDone.signal()
                }))
        isDone.wait()
        return try outcome.get()
    }

    /// Waits for a notification of a channel that was listened to (`PostgresSession.listen`).
    ///
    /// Work that others hand over ends the wait early, so that they do not wait for it.
    /// - Returns: nil when none came.
    /// - Throws: `PostgresError` when the connection breaks; `CancellationError`.
    public func notification(upTo limit: Duration) async throws -> PostgresNotification? {
        let loop = loop
        return try await run { session in
            try session.notification(until: .now.advanced(by: limit)) { loop.hasWork }
        }
    }

    /// Ends it; what runs is cancelled, what waits is refused. May be called again.
    public func close() async {
        loop.stop()
        await loop.ended.wait()
    }
}

/// Set when the task that waits for a piece of work was cancelled.
final class CancelMark: Sendable {
    let isSet = Atomic(false)
}

/// `NOTIFY channel, 'payload'`, as it came in.
public struct PostgresNotification: Sendable, Equatable {
    public var channel: String
    public var payload: String
}
