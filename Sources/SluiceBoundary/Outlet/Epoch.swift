public import GRDB
public import SluiceSDK

extension Outbox {
    /// Begins a new epoch of a stream, for a store that was restored from a backup or whose chain is broken beyond
    /// repair: everything that was not acknowledged is numbered anew and sent again. The reader takes it up when a
    /// person there has approved it; what it had already is known by its ids.
    /// - Parameters:
    ///   - epoch: at least; one more than the present one when nil.
    ///   - through: everything behind this outbox row is sent again; nil for what was not acknowledged.
    public static func raiseEpoch(
        of stream: BoundaryStream, to epoch: Int? = nil, sendingBehind through: Int64? = nil,
        at time: Timestamp = Timestamp(milliseconds: 0), in db: Database
    ) throws {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT epoch, settled FROM outlet WHERE stream = ?", arguments: [stream.name])
        else { throw BoundaryError("boundary.unknown-stream", "this zone's store does not write the stream \(stream)") }
        let next = max(row[0] as Int + 1, epoch ?? 0)
        let start = through ?? row[1] as Int64
        let count = try renumber(stream, behind: start, epoch: next, in: db)
        try db.execute(
            sql: "INSERT INTO outlet_past (stream, epoch, batch, through, at) VALUES (?, ?, 0, ?, ?)",
            arguments: [stream.name, next, start, time.milliseconds])
        try db.execute(sql: "DELETE FROM outlet_sent WHERE stream = ?", arguments: [stream.name])
        try db.execute(
            sql: """
                UPDATE outlet SET epoch = ?1, batch = 0, head = zeroblob(32), item_head = zeroblob(32), next_number = ?2,
                    cursor = ?3, settled = ?3 WHERE stream = ?4
                """,
            arguments: [next, count + 1, start, stream.name])
    }

    /// The reader has lost what it had acknowledged behind `position`: a new epoch sends it again.
    static func rewind(
        _ stream: BoundaryStream, to position: BatchPosition, at time: Timestamp, in db: Database
    ) throws {
        // By position, not by row: in a later epoch the same rows were sent in other batches.
        let past = try Int64.fetchOne(
            db,
            sql: """
                SELECT through FROM (SELECT * FROM outlet_past UNION ALL SELECT * FROM outlet_sent)
                WHERE stream = ? AND (epoch, batch) <= (?, ?) ORDER BY epoch DESC, batch DESC LIMIT 1
                """, arguments: [stream.name, position.epoch, position.batch])
        let forgotten =
            try Int64.fetchOne(db, sql: "SELECT forgotten FROM outlet WHERE stream = ?", arguments: [stream.name]) ?? 0
        let through = past ?? 0
        try raiseEpoch(of: stream, sendingBehind: through, at: time, in: db)
        try db.execute(
            sql: """
                INSERT INTO rewind (stream, at, epoch, reader_epoch, reader_batch, is_complete)
                SELECT stream, ?, epoch, ?, ?, ? FROM outlet WHERE stream = ?
                """,
            arguments: [time.milliseconds, position.epoch, position.batch, through >= forgotten, stream.name])
    }

    /// - Returns: how many items got numbers.
    private static func renumber(
        _ stream: BoundaryStream, behind start: Int64, epoch: Int, in db: Database
    ) throws -> Int {
        try db.execute(
            sql: """
                INSERT INTO renumbered (stream, epoch, number, old_epoch, old_number, outbox)
                SELECT stream, ?, row_number() OVER (ORDER BY id), epoch, number, id FROM outbox
                WHERE stream = ? AND id > ? AND type = 1
                """, arguments: [epoch, stream.name, start])
        let count = db.changesCount
        try db.execute(
            sql: """
                UPDATE outbox SET epoch = renumbered.epoch, number = renumbered.number FROM renumbered
                WHERE renumbered.outbox = outbox.id AND renumbered.stream = ?1 AND renumbered.epoch = ?2
                """, arguments: [stream.name, epoch])
        return count
    }
}
