internal import Foundation
internal import GRDB

extension Store {
    /// Opens a zone's store for a command, beside the zone when it runs.
    ///
    /// A running zone of an older version would find tables that are not its own any more: its store is brought up to date
    /// by the zone itself, or here under the zone's lock while nobody runs it.
    /// - Returns: nil when the zone has never run here.
    /// - Throws: `StoreError.olderSchema` when a zone runs on an older store; nothing is changed then.
    public static func visit(_ name: String, of folder: String, schema: StoreSchema) throws -> Store? {
        let end = ContinuousClock.now + .seconds(5)
        return try visit(name, of: folder, schema: schema) {
            usleep(50_000)
            return ContinuousClock.now < end
        }
    }

    /// - Parameter waits: called while a zone runs on an older store: it may be bringing it up to date. False when it was
    ///   waited for long enough.
    package static func visit(
        _ name: String, of folder: String, schema: StoreSchema, waits: () throws -> Bool
    ) throws -> Store? {
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        while true {
            let isCurrent = Result { try schema.isCurrent(path) }
            if case .success(true) = isCurrent { return try Store(path: path, schema: schema) }
            do {
                // Also what cannot be looked at: opening says why.
                let lock = try ZoneLock(folder: folder)
                defer { withExtendedLifetime(lock) {} }
                return try Store(path: path, schema: schema)
            } catch let held as ZoneLockError {
                if try waits() { continue }
                _ = try isCurrent.get()
                throw StoreError.olderSchema(path: path, reason: held.reason)
            }
        }
    }
}

extension StoreSchema {
    /// Whether no step is missing in the file. One of another kind or of a newer Sluice misses none: who opens it hears so.
    fileprivate func isCurrent(_ path: String) throws -> Bool {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { db in
            let found = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            if found == 0 { return false }
            return try found != applicationID || migrator.hasCompletedMigrations(db)
        }
    }
}
