internal import GRDB
internal import SluiceSDK

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

    /// What is older than a time, where nobody acknowledges anything.
    static func sent(before time: Timestamp, of stream: BoundaryStream, in db: Database) throws -> [Sent] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT epoch, batch, through FROM outlet_sent WHERE stream = ? AND at < ? ORDER BY epoch, batch
                    LIMIT 500
                    """),
            arguments: [stream.name, time.milliseconds]
        ).map { Sent(position: BatchPosition(epoch: $0[0], batch: $0[1]), through: $0[2]) }
    }

    /// The rows stay: should the reader be restored from a backup, it needs them again. `Outbox.forget` lets them go.
    static func settle(upTo last: Sent, of stream: BoundaryStream, at time: Timestamp, in db: Database) throws {
        try db.execute(
            sql: "UPDATE outlet SET settled = max(settled, ?) WHERE stream = ?", arguments: [last.through, stream.name])
        try db.execute(
            sql: """
                INSERT INTO outlet_past (stream, epoch, batch, through, at)
                SELECT stream, epoch, batch, through, ? FROM outlet_sent WHERE stream = ? AND (epoch, batch) <= (?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [time.milliseconds, stream.name, last.position.epoch, last.position.batch])
        try db.execute(
            sql: "DELETE FROM outlet_sent WHERE stream = ? AND (epoch, batch) <= (?, ?)",
            arguments: [stream.name, last.position.epoch, last.position.batch])
    }
}
