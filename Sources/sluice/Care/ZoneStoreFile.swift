import ArgumentParser
import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceStore

/// Where a zone's store lies and what it must look like.
struct ZoneStoreFile {
    let zone: ZoneName
    let folder: String
    let name: String
    let schema: StoreSchema
    let invariants: [StoreInvariant]

    var path: String { folder + "/" + name }

    init(_ zone: ZoneName, in workspace: Workspace) throws {
        self.zone = zone
        folder = try workspace.dataFolder(of: zone)
        switch zone {
        case .external: (name, schema, invariants) = ("external.db", ExternalStore.schema, ExternalInvariants.all)
        case .relay: (name, schema, invariants) = ("quarantine.db", RelaySchema.schema, RelayInvariants.all)
        case .internal: (name, schema, invariants) = ("internal.db", InternalSchema.schema, InternalInvariants.all)
        }
    }

    func reader() throws -> StoreReader { try StoreReader(path: path, schema: schema) }

    /// Reads only; beside the running zone too.
    func check() throws -> [StoreFinding] {
        let reader = try reader()
        let found = try StoreCheck(reader, invariants: invariants).run()
        if found.contains(where: { $0.code.hasPrefix("schema.") }) { return found }
        switch zone {
        case .external: return found
        case .relay: return found + (try RelayInvariants.damagedLines(reader))
        case .internal: return found + (try InternalInvariants.ticketIndex(reader))
        }
    }
}

extension ZoneName {
    /// For `--zone`.
    @Sendable static func argument(_ text: String) throws -> ZoneName {
        if let zone = ZoneName(rawValue: text) { return zone }
        throw ValidationError("'\(text)' is no zone; write external, relay or internal")
    }
}
