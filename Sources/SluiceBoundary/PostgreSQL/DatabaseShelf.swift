internal import PostgresKit
internal import SluiceSDK
internal import SluiceStore
internal import Synchronization

/// A stream's tables, as their writer sees them.
///
/// Everything goes over one connection, which holds the stream's writer lock from its first moment to its end. So when
/// a connection broke in the middle of a commit, the next one cannot write before the server has made up its mind.
final class DatabaseShelf: BatchShelf {
    private let database: BoundaryDatabase
    private let tables: StreamTables
    private let link: DatabaseLink
    /// Tests throw from it to stand for a kill.
    private let failpoint: @Sendable (Files.WriteStep) throws -> Void
    private let empty: Known

    /// A position that is known to be free, because this connection wrote the one before it.
    private final class Known: Sendable {
        private let position = Mutex<BatchPosition?>(nil)
        func holds(_ wanted: BatchPosition) -> Bool { position.withLock { $0 == wanted } }
        func set(_ new: BatchPosition?) { position.withLock { $0 = new } }
    }

    init(
        stream: BoundaryStream, database: BoundaryDatabase,
        failpoint: @escaping @Sendable (Files.WriteStep) throws -> Void
    ) {
        (self.database, self.failpoint) = (database, failpoint)
        let tables = StreamTables(schema: database.schema, stream: stream)
        let empty = Known()
        (self.tables, self.empty) = (tables, empty)
        link = DatabaseLink(database) { session in
            empty.set(nil)
            do {
                try session.query("SELECT \(tables.claim)()")
            } catch let error as PostgresError where error.sqlstate == "55P03" {
                throw BoundaryError(
                    "boundary.second-writer",
                    "another connection writes \(stream) already: a second process with this key, which must be "
                        + "stopped, or an earlier connection that the server still holds to be alive")
            }
        }
    }

    func name(_ position: BatchPosition) -> String {
        "batch \(position) in \(tables.manifests) of \(database.settings)"
    }

    func claim() async throws { _ = try await link.open() }
    func release() async { await link.close() }

    func put(_ batch: FinishedBatch) async throws {
        try reach(.created)
        let (tables, empty) = (tables, empty)
        let position = batch.manifest.position
        var lines = batch.bytes.split(separator: 0x0A).map { Array($0) }
        let last = lines.removeLast()
        let values: [PostgresValue] = [
            .integer(Int64(position.epoch)), .integer(Int64(position.batch)), .manyBytes(lines),
            .integer(Int64(batch.manifest.ack.epoch)), .integer(Int64(batch.manifest.ack.batch)), .bytes(last),
            .text(tables.channel),
        ]
        do {
            try await link.run { session in
                // Over a new connection: the one before it may have written this batch.
                if !empty.holds(position), try session.prepared(tables.manifest, Array(values[0...1])).count > 0 {
                    throw BoundaryError("boundary.taken", "batch \(position) is there already; it is looked at again")
                }
                try session.prepared(tables.insert, values)
            }
        } catch {
            empty.set(nil)
            throw error
        }
        empty.set(BatchPosition(epoch: position.epoch, batch: position.batch + 1))
        try reach(.folderSynced)
    }

    private func reach(_ step: Files.WriteStep) throws {
        try failpoint(step)
        step.failpoint.reached()
    }

    func stored(at position: BatchPosition) async throws -> StoredBatch? {
        if empty.holds(position) { return nil }
        let tables = tables
        let found = try await link.run { session in
            let rows = try session.prepared(
                tables.manifest, [.integer(Int64(position.epoch)), .integer(Int64(position.batch))], binary: true)
            return rows.count == 0 ? nil : rows.bytes(0, 0)
        }
        if found == nil { empty.set(position) }
        return found.map(StoredBatch.manifest)
    }

    /// What is visible is committed, and what is committed is on the disk.
    func confirm(_ position: BatchPosition) async throws {}

    /// The database keeps its days and drops those that are acknowledged: the writer may not delete.
    func remove(_ positions: [BatchPosition]) async throws {}
    func removeEpochs(before epoch: Int) async throws {}
}
