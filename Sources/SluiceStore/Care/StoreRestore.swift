internal import Foundation
public import GRDB
public import SluiceSDK

/// Puts a backup in the place of a zone's store. The caller holds the zone's lock.
public enum StoreRestore {
    /// - Parameters:
    ///   - folder: of the backup.
    ///   - path: of the zone's store.
    ///   - replaces: when a store is there already, it is moved aside; else that is refused.
    ///   - prepare: works on the restored file before it takes its place, in one transaction.
    /// - Returns: the backup's manifest, and the folder where the old store is now.
    /// - Throws: `StoreError`; the store that was there is untouched then.
    public static func run(
        _ folder: String, to path: String, zone: String, schema: StoreSchema, replaces: Bool, at time: Timestamp,
        prepare: (Database, BackupManifest) throws -> Void
    ) throws -> (manifest: BackupManifest, old: String?) {
        let manifest = try BackupManifest(folder: folder)
        guard manifest.zone == zone else { throw StoreError.wrongZone(folder, found: manifest.zone, wanted: zone) }
        guard manifest.applicationID == schema.applicationID else {
            throw StoreError.wrongKind(path: folder, found: manifest.applicationID, wanted: schema.applicationID)
        }
        let newer = manifest.migrations.filter { !schema.migrator.migrations.contains($0) }
        guard newer.isEmpty else { throw StoreError.newerSchema(path: folder, found: newer) }
        let isThere = FileManager.default.fileExists(atPath: path)
        guard replaces || !isThere else { throw StoreError.exists(path) }

        let made = path + ".restoring"
        for suffix in ["", "-wal", "-shm"] { unlink(made + suffix) }
        let copied = try DurableFile.copy(folder + "/" + manifest.file, to: made)
        guard copied == manifest.sha256 else {
            unlink(made)
            throw StoreError.damaged(folder + "/" + manifest.file, "its SHA-256 is not the manifest's")
        }
        try ready(made, schema, manifest, prepare)
        let old = isThere ? try moveAside(path, at: time) : nil
        guard rename(made, path) == 0 else { throw StoreError.file(path, String(cString: strerror(errno))) }
        try DurableFile.sync((path as NSString).deletingLastPathComponent)
        return (manifest, old)
    }

    private static func ready(
        _ path: String, _ schema: StoreSchema, _ manifest: BackupManifest,
        _ prepare: (Database, BackupManifest) throws -> Void
    ) throws {
        let store = try Store(path: path, schema: schema)
        let damage = try store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(1)") }
        guard damage == ["ok"] else { throw StoreError.damaged(path, damage.first ?? "unreadable") }
        try store.write { try prepare($0, manifest) }
        try store.checkpoint()
        try store.close()
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        try DurableFile.sync(path)
    }

    /// The file, its log and its index go together: apart they would be another store.
    private static func moveAside(_ path: String, at time: Timestamp) throws -> String {
        let stamp = time.rfc3339().replacing(":", with: "")
        let folder = (path as NSString).deletingLastPathComponent + "/replaced-\(stamp)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let name = (path as NSString).lastPathComponent
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + suffix) {
            guard rename(path + suffix, folder + "/" + name + suffix) == 0 else {
                throw StoreError.file(path + suffix, String(cString: strerror(errno)))
            }
        }
        try DurableFile.sync(folder)
        return folder
    }
}
