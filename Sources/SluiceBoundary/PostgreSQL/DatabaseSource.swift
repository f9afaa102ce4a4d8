internal import PostgresKit
internal import SluiceSDK

/// A stream's tables, as their reader sees them.
struct DatabaseSource: BatchSource {
    private let stream: BoundaryStream
    private let tables: StreamTables
    private let link: DatabaseLink
    private let poll: Duration

    init(stream: BoundaryStream, database: BoundaryDatabase) {
        self.stream = stream
        let tables = StreamTables(schema: database.schema, stream: stream)
        self.tables = tables
        poll = database.poll
        link = DatabaseLink(database) { try $0.listen(tables.channel) }
    }

    func batch(at position: BatchPosition) async throws -> [UInt8]? {
        let (stream, tables) = (stream, tables)
        let limits = SegmentLimits.of(stream)
        return try await link.run { session in
            let rows = try session.prepared(
                tables.batch,
                [
                    .integer(Int64(position.epoch)), .integer(Int64(position.batch)), .integer(Int64(limits.bytes)),
                    .integer(Int64(limits.lines + 2)),
                ], binary: true)
            guard rows.count > 0 else { return nil }
            var bytes: [UInt8] = []
            for row in 0..<rows.count {
                guard let line = rows.bytes(row, 0) else {
                    throw ChainBreak(
                        "boundary.too-large", stream: stream, position: position,
                        "the batch has more than \(limits.bytes) bytes")
                }
                bytes += line
                bytes.append(0x0A)
            }
            return bytes
        }
    }

    func has(_ position: BatchPosition) async throws -> Bool {
        let tables = tables
        return try await link.run { session in
            try session.prepared(
                tables.manifest, [.integer(Int64(position.epoch)), .integer(Int64(position.batch))]
            ).count > 0
        }
    }

    /// A row becomes visible when its commit is on the disk.
    func confirm(_ position: BatchPosition) async throws {}

    func later(than position: BatchPosition) async throws -> [BatchPosition] {
        let tables = tables
        return try await link.run { session in
            let rows = try session.prepared(
                tables.later, [.integer(Int64(position.epoch)), .integer(Int64(position.batch))])
            return (0..<rows.count).map { row in
                BatchPosition(epoch: Int(rows.integer(row, 0) ?? 0), batch: Int(rows.integer(row, 1) ?? 0))
            }
        }
    }

    func wait(_ signal: Signal, upTo limit: Duration) async {
        do {
            _ = try await link.open().notification(upTo: max(limit, poll))
        } catch {
            // What is wrong with the connection will be said when the next batch is asked for.
            await signal.wait(upTo: limit)
        }
    }
}
