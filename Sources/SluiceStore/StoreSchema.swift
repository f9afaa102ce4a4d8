public import GRDB

/// What kind of store a file is and the steps that made its tables.
public struct StoreSchema: Sendable {
    public var name: String
    /// SQLite's `application_id`: tells the zones' files apart.
    public var applicationID: Int
    public var migrator: DatabaseMigrator

    public init(name: String, applicationID: Int, migrations: [StoreMigration]) {
        self.name = name
        self.applicationID = applicationID
        migrator = DatabaseMigrator()
        for migration in migrations {
            migrator.registerMigration(migration.name) { try $0.execute(sql: migration.sql) }
        }
    }

    func migrate(_ pool: DatabasePool, path: String) throws {
        let found = try pool.read { try Int.fetchOne($0, sql: "PRAGMA application_id") ?? 0 }
        guard found == 0 || found == applicationID else {
            throw StoreError.wrongKind(path: path, found: found, wanted: applicationID)
        }
        let unknown = try pool.read { try migrator.appliedIdentifiers($0) }.subtracting(migrator.migrations)
        guard unknown.isEmpty else { throw StoreError.newerSchema(path: path, found: unknown.sorted()) }
        if found == 0 { try pool.write { try $0.execute(sql: "PRAGMA application_id = \(applicationID)") } }
        let isOlder = try found != 0 && !pool.read(migrator.hasCompletedMigrations)
        try migrator.migrate(pool)
        // A step may write a table anew: its log would stay as large as that for good.
        if isOlder { try? pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) } }
    }
}

/// One step of a schema: never changed once it was released.
public struct StoreMigration: Sendable {
    public var name: String
    public var sql: String

    public init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }
}
