internal import Foundation
public import GRDB
internal import GRDBSQLite
internal import SluiceSDK

/// One zone's SQLite file: WAL, `synchronous=FULL`, one writer, many readers.
///
/// `write` blocks its thread until the transaction is synced; `commit` shares a sync with everything that arrives at
/// the same time. Neither runs on Swift's cooperative threads.
public final class Store: Sendable {
    public let path: String
    private let pool: DatabasePool
    private let group: GroupCommit

    /// Opens or creates the file and brings its schema up to date.
    /// - Throws: `StoreError` when the file belongs to another kind of store or to a newer version of Sluice.
    /// - Parameter readers: more than a zone has parts that read at once: whoever waits for a free one in a blocking read
    ///   must not be what the others wait for.
    public convenience init(path: String, schema: StoreSchema, readers: Int = 16) throws {
        try self.init(path: path, schema: schema, readers: readers, durability: .full)
    }

    /// - Parameter durability: `.full`; anything less loses what was acknowledged.
    init(path: String, schema: StoreSchema, readers: Int = 16, durability: StoreDurability) throws {
        self.path = path
        Self.makePrivate(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = readers
        configuration.label = schema.name
        configuration.prepareDatabase { $0.add(function: Packed.function) }
        pool = try DatabasePool(path: path, configuration: configuration)
        group = GroupCommit(pool: pool, label: schema.name)
        try pool.writeWithoutTransaction { db in
            // DatabasePool sets NORMAL when it opens; only after that can FULL hold.
            try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue); PRAGMA wal_autocheckpoint = 16000")
            // What a savepoint keeps of changed pages: a file of its own would be written for each large transaction.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            // Deleted means gone from the file: personal data is erased and let go of here.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try Self.keepWAL(db)
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == durability.level else {
                throw StoreError.notDurable(path)
            }
        }
        try schema.migrate(pool, path: path)
        DurableFile.syncNames(above: path)
    }

    /// A snapshot for reading. Keep it short: a held snapshot lets the WAL grow without bound.
    public func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try pool.read(body)
    }

    public func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.read(body)
    }

    /// One transaction of its own, synced when this returns. Blocks the thread.
    public func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try pool.write(body)
    }

    /// Runs `body` in a transaction shared with others that wait at the same time, and returns after the sync.
    ///
    /// `body` has a savepoint of its own: when it throws, its changes alone are undone. Once begun, a commit is not
    /// cancelled with its task.
    public func commit<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await group.commit(body)
    }

    /// The same for a thread that may wait. Never on a cooperative one.
    public func commitAndWait<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) throws -> Value {
        try group.commitAndWait(body)
    }

    /// Writes and syncs a page that says what it said before. An empty transaction asks nothing of the disk.
    /// - Throws: what the disk answers.
    public func probe() async throws {
        try await commit { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            try db.execute(sql: "PRAGMA user_version = \(version)")
        }
    }

    /// - Parameter body: gets all that wait, and answers each, in the same order.
    public func joined<Input: Sendable, Output: Sendable>(
        _ body: @escaping @Sendable ([Input], Database) throws -> [Output]
    ) -> JoinedWrites<Input, Output> {
        JoinedWrites(group: group, body: body)
    }

    /// How many writes wait for the transaction that is being made to end.
    package var waitingWrites: Int { group.waiting }

    public func checkpoint() throws {
        try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    }

    /// For a zone that ends: what stands in the log goes into the file, as far as nobody reads what was before it. Lets go
    /// of nothing: what does not get there is found in the log at the next start.
    public func settle() async {
        // Of its own, since the task that ends is cancelled and its accesses are too.
        await Task { [pool] in
            _ = try? await pool.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
        }.value
    }

    public func close() throws {
        group.stop()
        try pool.close()
    }

    /// Personal data is its owner's alone. SQLite gives -wal and -shm the mode of the file, so the file comes first;
    /// when it cannot be made, SQLite says why.
    private static func makePrivate(_ path: String) {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Foundation.close(descriptor) }
    }

    /// Without this, a writer that closes cleanly removes -wal and -shm, and a read-only opener then fails.
    private static func keepWAL(_ db: Database) throws {
        var on: Int32 = 1
        sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &on)
    }
}

public enum StoreError: Error, Sendable, CustomStringConvertible {
    case notDurable(String)
    case newerSchema(path: String, found: [String])
    case olderSchema(path: String, reason: String)
    case wrongKind(path: String, found: Int, wanted: Int)
    case stopped
    /// A joined write answered fewer than it was given.
    case unanswered
    case missing(String)
    case exists(String)
    case wrongZone(String, found: String, wanted: String)
    case damaged(String, String)
    case file(String, String)

    public var description: String {
        switch self {
        case .notDurable(let path): "[store.not-durable] \(path): SQLite did not keep synchronous=FULL"
        case .newerSchema(let path, let found):
            "[store.newer-schema] \(path) was written by a newer Sluice (\(found.joined(separator: ", "))); "
                + "run that version or restore a backup"
        case .olderSchema(let path, let reason):
            "[store.older-schema] \(path) was made by an older Sluice, and \(reason): restart the zone with this version "
                + "first, then give the command again; nothing was changed"
        case .wrongKind(let path, let found, let wanted):
            "[store.wrong-kind] \(path) is not this zone's store (application id \(found), wanted \(wanted))"
        case .stopped: "[store.stopped] the store was closed"
        case .unanswered: "[store.unanswered] a write gave no answer; this is a mistake in Sluice"
        case .missing(let path): "[store.missing] \(path) is not there; the zone has not run here"
        case .exists(let path): "[store.exists] \(path) is there already"
        case .wrongZone(let path, let found, let wanted):
            "[store.wrong-zone] \(path) is a backup of the \(found) zone, not of the \(wanted) zone"
        case .damaged(let path, let reason): "[store.damaged] \(path): \(reason)"
        case .file(let path, let reason): "[store.file] \(path): \(reason)"
        }
    }
}
