internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// Where an inlet stands, as its row says.
struct InletState: Sendable, Equatable {
    var position: BatchPosition
    var head: [UInt8]
    var itemHead: [UInt8]
    var nextNumber: Int
    var stop: ChainBreak?
    /// This store was restored: its writer begins a new epoch when it has to send anything again.
    var awaitsEpoch = false

    var next: BatchPosition { BatchPosition(epoch: position.epoch, batch: position.batch + 1) }

    static func prepare(_ stream: BoundaryStream, in db: Database) throws {
        try db.execute(sql: "INSERT INTO inlet (stream) VALUES (?) ON CONFLICT DO NOTHING", arguments: [stream.name])
    }

    /// nil before the stream was ever read.
    static func load(_ stream: BoundaryStream, in db: Database) throws -> InletState? {
        let sql = """
            SELECT epoch, batch, head, item_head, next_number, stop_code, stop_reason, stop_epoch, stop_batch, awaits_epoch
            FROM inlet WHERE stream = ?
            """
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [stream.name]) else { return nil }
        var state = InletState(
            position: BatchPosition(epoch: row[0], batch: row[1]), head: Blob.bytes(row, 2),
            itemHead: Blob.bytes(row, 3),
            nextNumber: row[4])
        state.awaitsEpoch = row[9]
        if let code: String = row[5] {
            state.stop = ChainBreak(
                code, stream: stream, position: BatchPosition(epoch: row[7] ?? 0, batch: row[8] ?? 0), row[6] ?? "")
        }
        return state
    }

    /// Moves on behind a batch, in the transaction that consumes it.
    /// - Throws: when the batch was taken already, so that nothing of it is taken twice.
    static func advance(
        _ stream: BoundaryStream, from old: InletState, to new: InletState, taking batch: InboundBatch, in db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE inlet SET epoch = ?, batch = ?, head = ?, item_head = ?, next_number = ?
                WHERE stream = ? AND epoch = ? AND batch = ? AND stop_code IS NULL
                """,
            arguments: [
                new.position.epoch, new.position.batch, Blob.data(new.head), Blob.data(new.itemHead), new.nextNumber,
                stream.name, old.position.epoch, old.position.batch,
            ])
        guard db.changesCount == 1 else {
            throw BoundaryError("boundary.two-readers", "batch \(new.position) of \(stream) was taken meanwhile")
        }
        if !batch.manifest.isEmpty {
            try db.execute(
                sql: "UPDATE inlet SET owed_epoch = ?, owed_batch = ? WHERE stream = ?",
                arguments: [new.position.epoch, new.position.batch, stream.name])
        }
        let ack = batch.manifest.ack
        if old.awaitsEpoch { try stopAwaiting(stream, answered: ack, in: db) }
        if batch.manifest.batch == 1, batch.manifest.epoch > 1 {
            try rewindIfBehind(batch.manifest, of: stream, in: db)
        }
        try db.execute(
            sql: """
                UPDATE outlet SET acked_epoch = ?, acked_batch = ?
                WHERE stream = ? AND (acked_epoch, acked_batch) < (?, ?)
                """,
            arguments: [ack.epoch, ack.batch, stream.opposite.name, ack.epoch, ack.batch])
    }

    /// The writer has heard of our new epoch, and in the batch at hand it does not begin one of its own: so it need not.
    private static func stopAwaiting(_ stream: BoundaryStream, answered ack: BatchPosition, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE inlet SET awaits_epoch = 0
                WHERE stream = ? AND (SELECT epoch FROM outlet WHERE stream = ?) <= ?
                """, arguments: [stream.name, stream.opposite.name, ack.epoch])
    }

    /// A writer that begins a new epoch and has read less of our stream than it acknowledged before was restored.
    private static func rewindIfBehind(_ manifest: Manifest, of stream: BoundaryStream, in db: Database) throws {
        let row = try Row.fetchOne(
            db, sql: "SELECT acked_epoch, acked_batch FROM outlet WHERE stream = ?", arguments: [stream.opposite.name])
        guard let row, manifest.ack < BatchPosition(epoch: row[0], batch: row[1]) else { return }
        try Outbox.rewind(stream.opposite, to: manifest.ack, at: manifest.time, in: db)
    }

    /// Takes up the epoch that the writer began in answer to our restoration.
    /// - Returns: false when it is no longer awaited.
    static func adopt(_ epoch: Int, of stream: BoundaryStream, in db: Database) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE inlet SET epoch = ?1, batch = 0, head = zeroblob(32), item_head = zeroblob(32), next_number = 1
                WHERE stream = ?2 AND awaits_epoch = 1 AND epoch < ?1
                """, arguments: [epoch, stream.name])
        return db.changesCount == 1
    }

    static func record(_ stop: ChainBreak, at time: Timestamp, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE inlet SET stop_code = ?, stop_reason = ?, stop_epoch = ?, stop_batch = ?, stop_at = ?
                WHERE stream = ? AND stop_code IS NULL
                """,
            arguments: [
                stop.code, (stop.line.map { "line \($0): " } ?? "") + stop.reason, stop.position.epoch,
                stop.position.batch, time.milliseconds, stop.stream.name,
            ])
    }

    /// Tries again where it stopped; a raised epoch is approved by this, and begins at its first batch.
    static func resume(_ stream: BoundaryStream, in db: Database) throws {
        guard let state = try load(stream, in: db), let stop = state.stop else { return }
        if stop.code == ChainBreak.epochRaised, stop.position.epoch > state.position.epoch {
            try db.execute(
                sql: """
                    UPDATE inlet SET epoch = ?, batch = 0, head = zeroblob(32), item_head = zeroblob(32), next_number = 1
                    WHERE stream = ?
                    """,
                arguments: [stop.position.epoch, stream.name])
        }
        try db.execute(
            sql: """
                UPDATE inlet SET stop_code = NULL, stop_reason = NULL, stop_epoch = NULL, stop_batch = NULL, stop_at = NULL
                WHERE stream = ?
                """,
            arguments: [stream.name])
    }
}
