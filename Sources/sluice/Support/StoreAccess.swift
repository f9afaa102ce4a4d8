import Foundation
import SluiceExternal
import SluiceStore

/// Opens a zone's store for a command that reads it, beside the zone when it runs.
enum StoreAccess {
    /// nil when the zone has never run here.
    static func external(_ folder: String) throws -> Store? {
        guard FileManager.default.fileExists(atPath: folder + "/external.db") else { return nil }
        return try ExternalStore.open(folder: folder)
    }
}
