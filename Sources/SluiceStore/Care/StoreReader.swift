internal import Foundation
public import GRDB

/// A zone's file opened for reading alone, beside the zone that writes it or while nobody does. Nothing is migrated.
public final class StoreReader: Sendable {
    public let path: String
    public let schema: StoreSchema
    private let queue: DatabaseQueue

    /// - Throws: `StoreError` when the file is missing or belongs to another kind of store.
    public init(path: String, schema: StoreSchema) throws {
        guard FileManager.default.fileExists(atPath: path) else { throw StoreError.missing(path) }
        self.path = path
        self.schema = schema
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { $0.add(function: Packed.function) }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        let found = try queue.read { try Int.fetchOne($0, sql: "PRAGMA application_id") ?? 0 }
        guard found == schema.applicationID else {
            throw StoreError.wrongKind(path: path, found: found, wanted: schema.applicationID)
        }
    }

    /// A snapshot. Keep it short: beside a running zone a held snapshot lets the WAL grow.
    public func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try queue.read(body) }

    /// Names of the migrations that made the file, as they were applied.
    public func migrations() throws -> [String] {
        try read { db in
            guard try db.tableExists("grdb_migrations") else { return [] }
            return try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid")
        }
    }

    /// Bytes of the write-ahead log.
    public var walBytes: Int { Self.size(of: path + "-wal") }
    public var bytes: Int { Self.size(of: path) }

    func outsideTransaction<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try queue.inDatabase(body)
    }

    private static func size(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }
}
