internal import PostgresKit
public import SluiceSDK
internal import Synchronization

/// One zone's connection to the quarantine's record.
///
/// The relay's holds the record's lock from its first moment to its end and writes over no other: when it broke in the
/// middle of a commit, the next one cannot write before the server has made up its mind.
public final class RecordLink: Sendable {
    /// Whose record it is, and the number of its last verdict.
    public struct Head: Sendable, Equatable {
        public var identity: String
        public var sequence: Int64
    }

    public let database: BoundaryDatabase
    private let tables: RecordTables
    private let isWriter: Bool
    private let connection = Mutex<PostgresConnection?>(nil)

    /// - Parameter isWriter: false for who only reads, beside the relay.
    public init(_ database: BoundaryDatabase, isWriter: Bool = true) {
        var database = database
        // Whoever wants to commit waits meanwhile.
        database.settings.connectTimeout = min(database.settings.connectTimeout, .seconds(5))
        database.settings.statementTimeout = min(database.settings.statementTimeout, .seconds(10))
        database.settings.applicationName = "sluice quarantine"
        (self.database, self.isWriter) = (database, isWriter)
        tables = RecordTables(schema: database.schema)
    }

    public var isOpen: Bool { connection.withLock { $0?.isOpen ?? false } }

    /// Opens a new connection in the place of the one that was there.
    /// - Throws: `PostgresError`; `BoundaryError` when the database is not this record, or another relay writes it.
    public func open() async throws -> Head {
        await close()
        let opened = try await PostgresConnection.open(database.settings)
        do {
            let (tables, isWriter) = (tables, isWriter)
            let head = try await opened.run { session in
                try Self.check(session, tables.schema)
                if isWriter {
                    try Self.claim(session, tables.schema)
                    try Self.prepareDays(session, tables.schema)
                }
                return try Self.head(session, tables)
            }
            connection.withLock { $0 = opened }
            return head
        } catch {
            await opened.close()
            throw error
        }
    }

    public func head() async throws -> Head {
        let tables = tables
        return try await current().run { try Self.head($0, tables) }
    }

    private static func head(_ session: PostgresSession, _ tables: RecordTables) throws -> Head {
        let row = try session.query(tables.head)
        return Head(identity: row.text(0, 0) ?? "", sequence: row.integer(0, 1) ?? 0)
    }

    public func close() async {
        let open = connection.withLock { connection in
            defer { connection = nil }
            return connection
        }
        await open?.close()
    }

    /// - Throws: when the server does not answer.
    public func ping() async throws {
        try await current().run { _ = try $0.query("SELECT 1") }
    }

    private func current() throws -> PostgresConnection {
        guard let open = connection.withLock({ $0 }), open.isOpen else {
            throw PostgresError("postgres.closed", "there is no connection to the record")
        }
        return open
    }

    private static func check(_ session: PostgresSession, _ schema: String) throws {
        try DatabaseCheck(
            schema: schema, version: RecordLayout.version, danger: "what was recorded would not outlive a power cut",
            missing: BoundaryError(
                "record.not-installed",
                "the database has no record of version \(RecordLayout.version) in the schema \(schema); run "
                    + "`sluice boundary install`")
        ).run(session)
    }

    private static func claim(_ session: PostgresSession, _ schema: String) throws {
        do {
            try session.query("SELECT \(schema).claim()")
        } catch let error as PostgresError where error.sqlstate == "55P03" {
            throw BoundaryError(
                "record.second-writer",
                "another connection writes the quarantine's record already: a second relay, which must be stopped, or an "
                    + "earlier connection that the server still holds to be alive")
        }
    }
}

extension RecordLink {
    /// After a long rest there is none for today.
    private static func prepareDays(_ session: PostgresSession, _ schema: String) throws {
        do {
            try session.query("SELECT \(schema).prepare_days()")
        } catch let error as PostgresError where error.sqlstate == "55P03" {
            // Who drops an old day makes the coming ones too.
        }
    }

    /// Adds rows, and returns when they are on the server's disk. Blocks the thread: never a cooperative one.
    ///
    /// A batch that is there already is not added again.
    /// - Returns: the number of the last verdict, nil where there was none.
    /// - Throws: `PostgresError`; `BoundaryError` of the code `record.differs`.
    public func append(_ rows: RecordRows) throws -> Int64? {
        let tables = tables
        return try current().runAndWait { try Self.append(rows, tables, $0) }
    }

    /// The same for a task.
    public func add(_ rows: RecordRows) async throws {
        let tables = tables
        _ = try await current().run { try Self.append(rows, tables, $0) }
    }

    private static func append(_ rows: RecordRows, _ tables: RecordTables, _ session: PostgresSession) throws -> Int64?
    {
        var rows = rows
        if try isThere(rows.batch, tables, session) { (rows.batch, rows.items, rows.receipts) = (nil, [], []) }
        if rows.isEmpty { return nil }
        guard rows.erases else { return try insert(rows, tables, session) }
        return try session.transaction { session in
            let last = try insert(rows, tables, session)
            try session.query(tables.erase, tables.erased(rows))
            return last
        }
    }

    private static func insert(_ rows: RecordRows, _ tables: RecordTables, _ session: PostgresSession) throws -> Int64?
    {
        let added = try session.prepared(tables.append, tables.values(rows))
        return added.count == 0 ? nil : added.integer(added.count - 1, 0)
    }

    private static func isThere(
        _ batch: RecordRows.Batch?, _ tables: RecordTables, _ session: PostgresSession
    ) throws -> Bool {
        guard let batch else { return false }
        let found = try session.prepared(
            tables.manifest,
            [.text(batch.stream), .integer(Int64(batch.position.epoch)), .integer(Int64(batch.position.batch))],
            binary: true)
        guard found.count > 0 else { return false }
        if found.bytes(0, 0) == batch.manifest { return true }
        throw BoundaryError(
            "record.differs",
            "the record holds another batch \(batch.position) of \(batch.stream) than the one that came; nothing of it is "
                + "taken. Find out which one its producer signed last")
    }

    /// The latest of people's decisions behind a verdict's number, for each item. Blocks the thread.
    public func lateDecisions(after sequence: Int64) throws -> [(range: ItemRange, decision: String)] {
        let tables = tables
        return try current().runAndWait { session in
            let rows = try session.query(tables.late, [.integer(sequence)])
            return (0..<rows.count).map { row in
                let number = Int(rows.integer(row, 2) ?? 0)
                let range = ItemRange(
                    producer: rows.text(row, 0) ?? "", epoch: Int(rows.integer(row, 1) ?? 0), first: number,
                    last: number)
                return (range, rows.text(row, 3) ?? "")
            }
        }
    }

    /// How many items of each batch are in which state; nil for a batch that is not there.
    public func states(of batches: [(stream: String, position: BatchPosition)]) async throws -> [[String: Int]?] {
        let tables = tables
        let values: [PostgresValue] = [
            RecordTables.texts(batches.map(\.stream)), RecordTables.numbers(batches, \.position.epoch),
            RecordTables.numbers(batches, \.position.batch),
        ]
        return try await current().run { session in
            var states = [[String: Int]?](repeating: nil, count: values.isEmpty ? 0 : batches.count)
            let rows = try session.query(tables.states, values)
            for row in 0..<rows.count {
                guard let place = rows.integer(row, 0).map({ Int($0) - 1 }), states.indices.contains(place) else {
                    continue
                }
                states[place] = states[place] ?? [:]
                if let state = rows.text(row, 1) { states[place]?[state] = Int(rows.integer(row, 2) ?? 0) }
            }
            return states
        }
    }

    /// What arrived before may be gone from the record; nil when no day is.
    public func droppedBefore() async throws -> Timestamp? {
        let tables = tables
        return try await current().run { session in
            try session.query(tables.lastDropped).integer(0, 0).map { Timestamp(milliseconds: $0 * 1000) }
        }
    }

    /// Makes the coming days and drops old ones, over a connection of its own: it may take a while.
    /// - Parameter age: how long a day stays that has its end.
    /// - Returns: days that were dropped: `quarantine 20260105`.
    public func keepDays(age: Duration) async throws -> [String] {
        var settings = database.settings
        settings.statementTimeout = .seconds(300)
        let (schema, days) = (tables.schema, age.components.seconds / 86_400)
        let connection = try await PostgresConnection.open(settings)
        do {
            let dropped = try await connection.run { session in
                try session.query("SELECT \(schema).prepare_days()")
                var dropped: [String] = []
                while let day = try session.query("SELECT \(schema).drop_days($1::int)", [.integer(days)]).firstText {
                    dropped.append(day)
                }
                return dropped
            }
            await connection.close()
            return dropped
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension PostgresResult {
    fileprivate var firstText: String? { count == 0 ? nil : text(0, 0) }
}
