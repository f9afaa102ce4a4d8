internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// Where an outlet stands, as its row says.
struct OutletState: Sendable {
    var epoch: Int
    var batch: Int
    var head: [UInt8]
    var itemHead: [UInt8]
    var nextNumber: Int
    /// Last outbox row that is in a segment.
    var cursor: Int64
    var acked: BatchPosition
    var sentAck: BatchPosition
    /// How far the opposite stream is consumed, and the last batch of it that wants an answer.
    var consumed: BatchPosition
    var owed: BatchPosition

    var next: BatchPosition { BatchPosition(epoch: epoch, batch: batch + 1) }
    /// A new epoch begins with a batch, be it empty: the reader cannot know of it otherwise.
    var owesAck: Bool { sentAck < owed || (epoch > 1 && batch == 0) }

    static func load(_ stream: BoundaryStream, in db: Database) throws -> OutletState {
        let sql = """
            SELECT epoch, batch, head, item_head, next_number, cursor, acked_epoch, acked_batch, sent_ack_epoch, sent_ack_batch
            FROM outlet WHERE stream = ?
            """
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [stream.name]) else {
            throw BoundaryError("boundary.unknown-stream", "this zone's store does not write the stream \(stream)")
        }
        let opposite = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT epoch, batch, owed_epoch, owed_batch FROM inlet WHERE stream = ?"),
            arguments: [stream.opposite.name])
        return OutletState(
            epoch: row[0], batch: row[1], head: Blob.bytes(row, 2), itemHead: Blob.bytes(row, 3), nextNumber: row[4],
            cursor: row[5], acked: BatchPosition(epoch: row[6], batch: row[7]),
            sentAck: BatchPosition(epoch: row[8], batch: row[9]),
            consumed: opposite.map { BatchPosition(epoch: $0[0], batch: $0[1]) } ?? .none,
            owed: opposite.map { BatchPosition(epoch: $0[2], batch: $0[3]) } ?? .none)
    }

    /// Moves on behind a batch that stands in the folder, durably.
    static func record(
        _ manifest: Manifest, itemHead: [UInt8], of stream: BoundaryStream, after state: OutletState,
        at time: Timestamp, in db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE outlet SET batch = ?, head = ?, item_head = ?, cursor = ?, sent_ack_epoch = ?, sent_ack_batch = ?
                WHERE stream = ? AND epoch = ? AND batch = ?
                """,
            arguments: [
                manifest.batch, Blob.data(manifest.head), Blob.data(itemHead), manifest.through, manifest.ack.epoch,
                manifest.ack.batch, stream.name, state.epoch, state.batch,
            ])
        guard db.changesCount == 1 else {
            throw BoundaryError("boundary.two-writers", "the stream \(stream) was written by somebody else meanwhile")
        }
        try db.execute(
            sql: "INSERT INTO outlet_sent (stream, epoch, batch, through, at) VALUES (?, ?, ?, ?, ?)",
            arguments: [stream.name, manifest.epoch, manifest.batch, manifest.through, time.milliseconds])
    }
}
