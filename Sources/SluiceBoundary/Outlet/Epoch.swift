public import GRDB

extension Outbox {
    /// Begins a new epoch of a stream, for a store that was restored from a backup or whose chain is broken beyond
    /// repair: everything that was not acknowledged is numbered anew and sent again. The reader takes it up when a
    /// person there has approved it; what it had already is known by id and attempt.
    public static func raiseEpoch(of stream: BoundaryStream, in db: Database) throws {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT epoch, settled FROM outlet WHERE stream = ?", arguments: [stream.name])
        else { throw BoundaryError("boundary.unknown-stream", "this zone's store does not write the stream \(stream)") }
        let epoch = row[0] as Int + 1
        let settled: Int64 = row[1]
        let items = try Int64.fetchAll(
            db, sql: "SELECT id FROM outbox WHERE stream = ? AND id > ? AND type = 1 ORDER BY id",
            arguments: [stream.name, settled])
        for (index, id) in items.enumerated() {
            try db.execute(
                sql: "UPDATE outbox SET epoch = ?, number = ? WHERE id = ?", arguments: [epoch, index + 1, id])
        }
        try db.execute(sql: "DELETE FROM outlet_sent WHERE stream = ?", arguments: [stream.name])
        try db.execute(
            sql: """
                UPDATE outlet SET epoch = ?, batch = 0, head = zeroblob(32), item_head = zeroblob(32), next_number = ?,
                    cursor = settled WHERE stream = ?
                """,
            arguments: [epoch, items.count + 1, stream.name])
    }
}
