internal import GRDB
public import SluiceSDK
public import SluiceStore

/// How a handler's queue stands.
public struct HandlerStatus: Sendable, Equatable {
    public var id: String
    /// Events that are not delivered, in batches or not yet.
    public var queue: Int
    /// When the oldest of them was made.
    public var oldest: Timestamp?
    public var delivered: Int
    /// Failed attempts of batches that are still open.
    public var failedAttempts: Int
    /// Of the batch that failed last.
    public var lastError: String?
    /// Since when a person holds everything back, and who; nil when it goes on.
    public var pausedAt: Timestamp?
    public var pausedBy: String?
    /// When the next repeat is due.
    public var nextAttempt: Timestamp?

    /// Every handler that the store knows, also those that left the configuration.
    public static func all(_ store: Store) async throws -> [HandlerStatus] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT id, name, low_water, paused_at, paused_by FROM handler ORDER BY name").map
            {
                row in
                var status = try HandlerStatus(key: row[0], id: row[1], lowWater: row[2], db)
                status.pausedAt = (row[3] as Int64?).map { Timestamp(milliseconds: $0) }
                status.pausedBy = row[4]
                return status
            }
        }
    }

    private init(key: Int64, id: String, lowWater: Int64, _ db: Database) throws {
        self.id = id
        let waiting = try Row.fetchOne(
            db,
            sql: "SELECT count(*), min(event) FROM delivery WHERE handler = ? AND event > ? AND batch IS NULL",
            arguments: [key, lowWater])
        let open = try Row.fetchAll(
            db,
            sql: """
                SELECT members, attempts, next_at, last_error FROM delivery_batch
                WHERE handler = ? AND delivered_at IS NULL ORDER BY next_at
                """, arguments: [key])
        let members = open.map { Blob.unpack(Blob.bytes($0, 0)) }
        let first = (members.compactMap { $0.first } + [waiting?[1] as Int64?].compactMap { $0 }).min()
        queue = (waiting?[0] ?? 0) + members.reduce(0) { $0 + $1.count }
        oldest = try first.flatMap { try Int64.fetchOne(db, sql: "SELECT at FROM event WHERE id = ?", arguments: [$0]) }
            .map { Timestamp(milliseconds: $0) }
        delivered =
            try Int.fetchOne(
                db, sql: "SELECT sum(count) FROM counter WHERE name = ? AND subject = ?",
                arguments: [LedgerName.deliveriesDelivered.rawValue, id]) ?? 0
        failedAttempts = open.reduce(0) { $0 + ($1[1] as Int) }
        lastError = open.compactMap { $0[3] as String? }.last
        nextAttempt = open.first.map { Timestamp(milliseconds: $0[2]) }
    }
}
