internal import CSQLite
internal import Foundation
internal import Synchronization

/// Owns a SQLite file's handle, which is opened at the first use and lives on one queue.
///
/// `@unchecked Sendable`: `session` belongs to the queue; `sqlite3_interrupt` alone is called from elsewhere, under the
/// lock that also covers opening and closing.
final class SQLiteQueue: @unchecked Sendable {
    private let path: String
    private let timeout: Duration
    private let queue: DispatchQueue
    private var session: SQLiteTableSession?
    private let handle = Mutex<Handle?>(nil)
    private let isClosed = Atomic(false)

    /// Unchecked: only ever used under the lock.
    private struct Handle: @unchecked Sendable {
        var pointer: OpaquePointer
    }

    init(path: String, timeout: Duration) {
        self.path = path
        self.timeout = timeout
        queue = DispatchQueue(label: "sluice.table")
    }

    deinit { session?.close() }

    var isOpen: Bool { !isClosed.load(ordering: .acquiring) }

    func run<Value: Sendable>(_ body: @escaping @Sendable (SQLiteTableSession) throws -> Value) async throws -> Value {
        let isCancelled = Mark()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in
                    continuation.resume(
                        with: Result {
                            if isCancelled.isSet.load(ordering: .acquiring) { throw CancellationError() }
                            let session = try opened()
                            session.deadline = .now.advanced(by: timeout)
                            defer { if !session.keepsTransaction { session.rollBack() } }
                            do {
                                return try body(session)
                            } catch let error as TableError where error.label == "timeout" {
                                if isCancelled.isSet.load(ordering: .acquiring) { throw CancellationError() }
                                throw error
                            }
                        })
                }
            }
        } onCancel: {
            isCancelled.isSet.store(true, ordering: .releasing)
            handle.withLock { if let pointer = $0?.pointer { sqlite3_interrupt(pointer) } }
        }
    }

    func close() async {
        isClosed.store(true, ordering: .releasing)
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                handle.withLock { $0 = nil }
                session?.close()
                session = nil
                continuation.resume()
            }
        }
    }

    private func opened() throws -> SQLiteTableSession {
        if isClosed.load(ordering: .acquiring) {
            throw TableError(.connection, "closed", "the connection was closed")
        }
        if let session { return session }
        let opened = try SQLiteTableSession(path: path)
        handle.withLock { $0 = Handle(pointer: opened.handle) }
        session = opened
        return opened
    }

    private final class Mark: Sendable {
        let isSet = Atomic(false)
    }
}
