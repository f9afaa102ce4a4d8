public import GRDB
public import SluiceSDK

extension Outbox {
    /// Lets go of what was acknowledged before a time: from then on it cannot be sent again. Verdicts, receipts and
    /// passages leave the outbox here; items up to `forgotten(of:)` are left to their zone, which knows what became of
    /// them.
    /// - Parameter limit: batches at once.
    /// - Returns: how many batches were let go.
    @discardableResult
    public static func forget(
        _ stream: BoundaryStream, acknowledgedBefore time: Timestamp, limit: Int, in db: Database
    ) throws -> Int {
        let old = try Row.fetchAll(
            db,
            sql: """
                SELECT epoch, batch, through FROM outlet_past WHERE stream = ? AND at < ? ORDER BY epoch, batch LIMIT ?
                """, arguments: [stream.name, time.milliseconds, limit])
        guard let last = old.last else { return 0 }
        let through: Int64 = last[2]
        try db.execute(
            sql: "DELETE FROM outlet_past WHERE stream = ? AND (epoch, batch) <= (?, ?)",
            arguments: [stream.name, last[0] as Int, last[1] as Int])
        try db.execute(
            sql: """
                DELETE FROM outbox WHERE stream = ?1 AND type <> 1 AND id <= ?2
                AND id > (SELECT forgotten FROM outlet WHERE stream = ?1)
                AND id <= (SELECT settled FROM outlet WHERE stream = ?1)
                """, arguments: [stream.name, through])
        try db.execute(
            sql: "UPDATE outlet SET forgotten = max(forgotten, min(?, settled)) WHERE stream = ?",
            arguments: [through, stream.name])
        return old.count
    }

    /// Keys that no item of the outbox is sealed with any more. Looks at all of them: not in the writer's transaction.
    public static func unusedKeys(limit: Int, in db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM sealing_key k WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE sealing_key = k.id)
                ORDER BY id LIMIT ?
                """, arguments: [limit])
    }

    /// Lets go of keys, but for those that an item has come to need since.
    public static func forgetKeys(_ numbers: [Int64], in db: Database) throws {
        let delete = try db.cachedStatement(
            sql: """
                DELETE FROM sealing_key WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE sealing_key = ?1)
                """)
        for number in numbers { try delete.execute(arguments: [number]) }
    }

    /// Outbox rows up to here are not kept for being sent again.
    public static func forgotten(of stream: BoundaryStream, in db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT forgotten FROM outlet WHERE stream = ?", arguments: [stream.name]) ?? 0
    }
}
