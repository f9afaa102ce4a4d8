import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceStore

/// Opens a zone's store for a command that reads it, beside the zone when it runs. nil when the zone has never run here; an
/// error when it runs with an older version.
enum StoreAccess {
    static func external(_ folder: String) throws -> Store? {
        try Store.visit("external.db", of: folder, schema: ExternalStore.schema)
    }

    static func external(_ workspace: Workspace) throws -> Store? {
        try external(workspace.dataFolder(of: .external))
    }

    static func relay(_ workspace: Workspace) throws -> Store? {
        try relay(workspace.dataFolder(of: .relay))
    }

    static func relay(_ folder: String) throws -> Store? {
        try Store.visit("quarantine.db", of: folder, schema: RelaySchema.schema)
    }

    static func internalZone(_ workspace: Workspace) throws -> Store? {
        try Store.visit("internal.db", of: workspace.dataFolder(of: .internal), schema: InternalSchema.schema)
    }
}
