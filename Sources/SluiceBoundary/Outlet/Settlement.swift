internal import GRDB

/// What the reader of a stream has acknowledged, and what may therefore go.
enum Settlement {
    struct Sent: Sendable {
        var position: BatchPosition
        var through: Int64
    }

    static func sent(upTo acked: BatchPosition, of stream: BoundaryStream, in db: Database) throws -> [Sent] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT epoch, batch, through FROM outlet_sent WHERE stream = ? AND (epoch, batch) <= (?, ?)
                    ORDER BY epoch, batch
                    """),
            arguments: [stream.name, acked.epoch, acked.batch]
        ).map { Sent(position: BatchPosition(epoch: $0[0], batch: $0[1]), through: $0[2]) }
    }

    /// Items stay in the outbox until their zone prunes them; what else there was has done its duty.
    static func settle(upTo last: Sent, of stream: BoundaryStream, in db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM outbox WHERE stream = :stream AND type <> 1 AND id <= :through
                AND id > (SELECT settled FROM outlet WHERE stream = :stream)
                """,
            arguments: ["stream": stream.name, "through": last.through])
        try db.execute(
            sql: "UPDATE outlet SET settled = max(settled, ?) WHERE stream = ?", arguments: [last.through, stream.name])
        try db.execute(
            sql: "DELETE FROM outlet_sent WHERE stream = ? AND (epoch, batch) <= (?, ?)",
            arguments: [stream.name, last.position.epoch, last.position.batch])
    }
}
