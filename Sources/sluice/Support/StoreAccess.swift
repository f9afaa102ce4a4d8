import Foundation
import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceStore

/// Opens a zone's store for a command that reads it, beside the zone when it runs. nil when the zone has never run here.
enum StoreAccess {
    static func external(_ folder: String) throws -> Store? {
        guard FileManager.default.fileExists(atPath: folder + "/external.db") else { return nil }
        return try ExternalStore.open(folder: folder)
    }

    static func external(_ workspace: Workspace) throws -> Store? {
        try external(workspace.dataFolder(of: .external))
    }

    static func relay(_ workspace: Workspace) throws -> Store? {
        try open(workspace.dataFolder(of: .relay) + "/quarantine.db", RelaySchema.schema)
    }

    static func internalZone(_ workspace: Workspace) throws -> Store? {
        try open(workspace.dataFolder(of: .internal) + "/internal.db", InternalSchema.schema)
    }

    private static func open(_ path: String, _ schema: StoreSchema) throws -> Store? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try Store(path: path, schema: schema)
    }
}
