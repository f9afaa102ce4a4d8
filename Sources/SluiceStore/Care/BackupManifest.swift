internal import Foundation
public import SluiceSDK

/// What a backup is: enough to refuse it where it does not belong, before anything is touched.
public struct BackupManifest: Sendable, Equatable {
    public struct Stream: Sendable, Equatable {
        public var name: String
        /// `writes` or `reads`.
        public var role: String
        public var epoch: Int
        public var batch: Int
    }

    public static let format = 1

    public var zone: String
    public var madeAt: Timestamp
    /// Of the Sluice that made it.
    public var version: String
    public var applicationID: Int
    /// Schema steps that the store had.
    public var migrations: [String]
    public var file: String
    public var bytes: Int
    /// Hexadecimal, of the file.
    public var sha256: String
    /// How far the zone's streams were.
    public var streams: [Stream]

    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("format", Self.format)
        writer.field("zone", zone)
        writer.field("made_at", madeAt.rfc3339())
        writer.field("made_at_ms", Int(madeAt.milliseconds))
        writer.field("sluice", version)
        writer.field("application_id", applicationID)
        writer.field("schema", migrations)
        writer.field("file", file)
        writer.field("bytes", bytes)
        writer.field("sha256", sha256)
        writer.field("keys", "not included: private keys, secrets and configuration are kept apart")
        writer.key("streams")
        writer.beginArray()
        for stream in streams {
            writer.beginObject()
            writer.field("name", stream.name)
            writer.field("role", stream.role)
            writer.field("epoch", stream.epoch)
            writer.field("batch", stream.batch)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Reads `manifest.json` of a backup's folder.
    /// - Throws: `StoreError.damaged` when it is missing, unreadable or of another format.
    public init(folder: String) throws {
        let path = folder + "/" + StoreBackup.manifestName
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreError.damaged(path, "this is not a backup made by `sluice store backup`")
        }
        guard let root = try? JSONDocument.parse(Array(data)).root, root["format"]?.integer == Self.format,
            let zone = root["zone"]?.string, let time = root["made_at_ms"]?.integer,
            let applicationID = root["application_id"]?.integer, let file = root["file"]?.string, !file.contains("/"),
            let bytes = root["bytes"]?.integer, let sha256 = root["sha256"]?.string
        else { throw StoreError.damaged(path, "not a manifest of format \(Self.format)") }
        self.init(
            zone: zone, madeAt: Timestamp(milliseconds: Int64(time)), version: root["sluice"]?.string ?? "",
            applicationID: applicationID, migrations: [], file: file, bytes: bytes, sha256: sha256, streams: [])
        root["schema"]?.forEachElement { if let name = $0.string { migrations.append(name) } }
        root["streams"]?.forEachElement { element in
            guard let name = element["name"]?.string, let role = element["role"]?.string else { return }
            streams.append(
                Stream(
                    name: name, role: role, epoch: element["epoch"]?.integer ?? 0,
                    batch: element["batch"]?.integer ?? 0))
        }
    }

    init(
        zone: String, madeAt: Timestamp, version: String, applicationID: Int, migrations: [String], file: String,
        bytes: Int, sha256: String, streams: [Stream]
    ) {
        self.zone = zone
        self.madeAt = madeAt
        self.version = version
        self.applicationID = applicationID
        self.migrations = migrations
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.streams = streams
    }
}
