internal import GRDB
public import SluiceSDK
public import SluiceStore

/// What a person may do to a handler's queue, on the store alone: a running zone's workers look again afterwards.
public struct QueueControl: Sendable {
    private let store: Store
    private let clock: @Sendable () -> Timestamp

    public init(store: Store, clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.store = store
        self.clock = clock
    }

    /// Nothing more goes to the handler until it is resumed; its queue is kept and grows. What is on its way arrives.
    /// - Throws: `QueueFault`.
    public func pause(_ handler: String, by person: String) async throws {
        let now = clock()
        try await store.commit { db in
            let key = try Self.key(of: handler, db)
            // The first pause stands: who paused it, and since when.
            try db.execute(
                sql: "UPDATE handler SET paused_at = ?, paused_by = ? WHERE id = ? AND paused_at IS NULL",
                arguments: [now.milliseconds, person, key])
        }
    }

    /// - Throws: `QueueFault`.
    public func resume(_ handler: String) async throws {
        try await store.commit { db in
            try db.execute(
                sql: "UPDATE handler SET paused_at = NULL, paused_by = NULL WHERE id = ?",
                arguments: [try Self.key(of: handler, db)])
        }
    }

    /// What waits for its next attempt is due now; a lease that is out expires.
    /// - Parameter batch: that one alone.
    /// - Returns: how many batches are due.
    /// - Throws: `QueueFault`.
    public func redrive(_ handler: String, batch: String? = nil) async throws -> Int {
        let now = clock().milliseconds
        return try await store.commit { db in
            let key = try Self.key(of: handler, db)
            if let batch { try Self.requireOpen(batch, of: key, handler, db) }
            try db.execute(
                sql: """
                    UPDATE delivery_batch SET next_at = min(next_at, ?1)
                    WHERE handler = ?2 AND delivered_at IS NULL AND (?3 IS NULL OR batch_id = ?3)
                    """, arguments: [now, key, batch])
            return db.changesCount
        }
    }

    private static func key(of handler: String, _ db: Database) throws -> Int64 {
        if let key = try Int64.fetchOne(db, sql: "SELECT id FROM handler WHERE name = ?", arguments: [handler]) {
            return key
        }
        let known = try String.fetchAll(db, sql: "SELECT name FROM handler ORDER BY name")
        throw QueueFault(
            code: "queue.unknown-handler",
            reason: "there is no handler '\(handler)' here; known: \(known.joined(separator: ", "))")
    }

    private static func requireOpen(_ batch: String, of key: Int64, _ handler: String, _ db: Database) throws {
        let isOpen = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM delivery_batch
                    WHERE handler = ? AND delivered_at IS NULL AND batch_id = ?)
                """, arguments: [key, batch])
        guard isOpen == true else {
            throw QueueFault(
                code: "queue.unknown-batch",
                reason: "handler '\(handler)' has no batch '\(batch)' that waits; 'sluice tickets trace' names batches")
        }
    }
}

/// What was asked of a queue cannot be done.
public struct QueueFault: Error, Sendable, CustomStringConvertible {
    /// A stable short label.
    public var code: String
    public var reason: String

    public var description: String { "[\(code)] \(reason)" }
}
