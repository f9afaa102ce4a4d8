internal import Foundation
internal import GRDB
public import SluiceSDK

/// A copy of a zone's store in a folder of its own: the file and `manifest.json`.
///
/// The copy is one snapshot, compacted (`VACUUM INTO`): the writer goes on meanwhile. Private keys, secrets and
/// configuration are not in it.
public enum StoreBackup {
    static let manifestName = "manifest.json"

    /// - Parameters:
    ///   - folder: must not exist; it appears whole or not at all.
    ///   - zone: `external`, `relay` or `internal`.
    /// - Throws: `StoreError`, or what the file system says.
    public static func make(
        of reader: StoreReader, zone: String, version: String, at time: Timestamp, in folder: String
    ) throws -> BackupManifest {
        let files = FileManager.default
        guard !files.fileExists(atPath: folder) else { throw StoreError.exists(folder) }
        let partial = folder + ".partial"
        try? files.removeItem(atPath: partial)
        try files.createDirectory(
            atPath: partial, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let name = (reader.path as NSString).lastPathComponent
        let copy = partial + "/" + name
        try reader.outsideTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
        chmod(copy, 0o600)
        try DurableFile.sync(copy)
        let manifest = try manifest(of: copy, name: name, reader.schema, zone: zone, version: version, at: time)
        try DurableFile.write(manifest.json(), to: partial + "/" + manifestName)
        guard rename(partial, folder) == 0 else { throw StoreError.file(folder, String(cString: strerror(errno))) }
        try DurableFile.sync((folder as NSString).deletingLastPathComponent)
        return manifest
    }

    private static func manifest(
        of copy: String, name: String, _ schema: StoreSchema, zone: String, version: String, at time: Timestamp
    ) throws -> BackupManifest {
        let reader = try StoreReader(path: copy, schema: schema)
        let damage = try reader.read { try String.fetchAll($0, sql: "PRAGMA quick_check") }
        guard damage == ["ok"] else { throw StoreError.damaged(copy, damage.first ?? "unreadable") }
        return BackupManifest(
            zone: zone, madeAt: time, version: version, applicationID: schema.applicationID,
            migrations: try reader.migrations(), file: name, bytes: reader.bytes, sha256: try DurableFile.digest(copy),
            streams: try positions(reader))
    }

    private static func positions(_ reader: StoreReader) throws -> [BackupManifest.Stream] {
        try reader.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT stream, 'writes', epoch, batch FROM outlet
                    UNION ALL SELECT stream, 'reads', epoch, batch FROM inlet ORDER BY 1
                    """
            ).map { BackupManifest.Stream(name: $0[0], role: $0[1], epoch: $0[2], batch: $0[3]) }
        }
    }
}
