import Foundation
import GRDB
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceStore
import SluiceTesting
import Testing

/// Commands of this version on stores of an older one.
@Suite struct UpgradeTests {
    @Test(arguments: [
        ("external", "external.db", ["channels"], ExternalStore.schema),
        ("relay", "quarantine.db", ["quarantine", "list"], RelaySchema.schema),
        ("internal", "internal.db", ["handlers"], InternalSchema.schema),
        ("internal", "internal.db", ["tickets", "search"], InternalSchema.schema),
    ])
    func whileTheZoneRunsACommandRefusesAndAfterwardsItUpgrades(
        zone: String, file: String, command: [String], schema: StoreSchema
    ) async throws {
        let gateway = try await Gateway()
        let folder = gateway.folder("data/\(zone)")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/" + file
        // As old as can be: no step has been made.
        let old = StoreSchema(name: schema.name, applicationID: schema.applicationID, migrations: [])
        try Store(path: path, schema: old).close()
        func applied() throws -> [String] { try StoreReader(path: path, schema: schema).migrations() }
        var lock: ZoneLock? = try ZoneLock(folder: folder)

        let refused = try await gateway.sluice(command)
        #expect(refused.status == 1 && refused.errors.contains("[store.older-schema] \(path)"), "\(refused)")
        #expect(try applied() == [])

        withExtendedLifetime(lock) {}
        lock = nil
        let done = try await gateway.sluice(command)
        #expect(done.status == 0, "\(done)")
        #expect(try applied() == schema.migrator.migrations)
    }
}
