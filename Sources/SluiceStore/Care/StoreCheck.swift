internal import GRDB

/// Something that must hold in a store, as a query for what breaks it.
public struct StoreInvariant: Sendable {
    /// A stable short label: `ledger.tickets`.
    public var code: String
    /// What to say of each row found: its first column follows.
    public var text: String
    /// Rows that break it; one text column.
    public var sql: String

    public init(_ code: String, _ text: String, sql: String) {
        self.code = code
        self.text = text
        self.sql = sql
    }
}

/// What a check found. No personal data.
public struct StoreFinding: Sendable, Equatable {
    public enum Weight: String, Sendable {
        /// The store is damaged, or something was lost.
        case error
        /// Worth looking at; nothing is lost.
        case notice
    }

    public var code: String
    public var reason: String
    public var weight: Weight

    public init(_ code: String, _ reason: String, weight: Weight = .error) {
        self.code = code
        self.reason = reason
        self.weight = weight
    }
}

/// Looks a store over without changing it, table by table, so that no snapshot is held for long.
public struct StoreCheck {
    /// Findings of one kind that are told.
    private static let most = 20
    /// `wal_autocheckpoint` keeps it near 64 MiB; above this some reader holds a snapshot.
    private static let largestWAL = 512 << 20

    private let reader: StoreReader
    private let invariants: [StoreInvariant]

    public init(_ reader: StoreReader, invariants: [StoreInvariant]) {
        self.reader = reader
        self.invariants = invariants
    }

    /// Empty when all is well.
    public func run() throws -> [StoreFinding] {
        let schema = try schemaFindings()
        // Invariants speak of tables of this version: on another one they would only confuse.
        if !schema.isEmpty { return schema + (try integrity()) }
        return try integrity() + foreignKeys() + invariants.flatMap(check) + wal()
    }

    private func schemaFindings() throws -> [StoreFinding] {
        let (found, known) = (try reader.migrations(), reader.schema.migrator.migrations)
        let newer = found.filter { !known.contains($0) }
        if !newer.isEmpty {
            return [
                StoreFinding(
                    "schema.newer", "written by a newer Sluice (\(newer.joined(separator: ", "))); run that version")
            ]
        }
        let missing = known.filter { !found.contains($0) }
        if missing.isEmpty { return [] }
        return [
            StoreFinding(
                "schema.older",
                "not brought up to date yet (\(missing.joined(separator: ", "))); starting the zone does it",
                weight: .notice)
        ]
    }

    private func integrity() throws -> [StoreFinding] {
        let tables = try reader.read { db in
            try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        }
        return try tables.flatMap { table in
            let name = table.replacing("'", with: "''")
            let rows = try reader.read { db in
                try String.fetchAll(db, sql: "PRAGMA integrity_check('\(name)')")
            }
            return rows.filter { $0 != "ok" }.prefix(Self.most).map { StoreFinding("integrity", "\(table): \($0)") }
        }
    }

    private func foreignKeys() throws -> [StoreFinding] {
        let rows = try reader.read { db in
            try Row.fetchAll(
                db, sql: "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT \(Self.most)")
        }
        return rows.map { row in
            let number = (row[1] as Int64?).map(String.init) ?? "?"
            return StoreFinding("foreign-key", "\(row[0] as String) \(number) refers to a missing \(row[2] as String)")
        }
    }

    private func check(_ invariant: StoreInvariant) throws -> [StoreFinding] {
        let rows = try reader.read { db in
            let cursor = try String.fetchCursor(db, sql: invariant.sql)
            var rows: [String] = []
            while rows.count < Self.most, let row = try cursor.next() { rows.append(row) }
            return rows
        }
        return rows.map { StoreFinding(invariant.code, "\(invariant.text): \($0)") }
    }

    private func wal() -> [StoreFinding] {
        guard reader.walBytes > Self.largestWAL else { return [] }
        return [
            StoreFinding(
                "wal.large", "\(reader.path)-wal has \(reader.walBytes >> 20) MiB: some reader holds a snapshot",
                weight: .notice)
        ]
    }
}
