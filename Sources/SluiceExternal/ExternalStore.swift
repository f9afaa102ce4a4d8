internal import Foundation
public import SluiceStore

/// Opens external.db.
public enum ExternalStore {
    public static var schema: StoreSchema { ExternalSchema.schema }

    public static func open(folder: String) throws -> Store {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return try Store(path: folder + "/external.db", schema: ExternalSchema.schema)
    }
}
