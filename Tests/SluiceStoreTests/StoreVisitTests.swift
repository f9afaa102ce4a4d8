import Foundation
import GRDB
import SluiceStore
import SluiceTesting
import Testing

/// A command of a new version beside a zone of the old one.
@Suite struct StoreVisitTests {
    private let folder = TemporaryFolder()
    private let name = "test.db"

    /// The second step takes away what the old version needs.
    private func schema(_ steps: Int, applicationID: Int = 7) -> StoreSchema {
        let all = [
            StoreMigration("1", "CREATE TABLE note (text TEXT UNIQUE)"),
            StoreMigration("2", "DROP TABLE note; CREATE TABLE note (text TEXT)"),
        ]
        return StoreSchema(name: "test", applicationID: applicationID, migrations: Array(all.prefix(steps)))
    }

    private func visit(_ steps: Int = 2, _ waits: () throws -> Bool = { false }) throws -> Store? {
        try Store.visit(name, of: folder.path, schema: schema(steps), waits: waits)
    }

    private func applied() throws -> [String] {
        try StoreReader(path: folder(name), schema: schema(2)).migrations()
    }

    private func insert(_ text: String, _ store: Store) throws {
        try store.write {
            try $0.execute(sql: "INSERT INTO note (text) VALUES (?) ON CONFLICT (text) DO NOTHING", arguments: [text])
        }
    }

    @Test func anOlderStoreIsLeftAsItIsWhileItsZoneRuns() throws {
        let lock = try ZoneLock(folder: folder.path)
        let zone = try Store(path: folder(name), schema: schema(1))
        try insert("a", zone)
        let error = #expect(throws: StoreError.self) { try visit() }
        let text = try #require(error).description
        #expect(text.hasPrefix("[store.older-schema] \(folder(name))") && text.contains("restart the zone"), "\(text)")
        #expect(try applied() == ["1"])
        try insert("a", zone)
        try insert("b", zone)
        #expect(try visit(1)?.read { try String.fetchAll($0, sql: "SELECT text FROM note") } == ["a", "b"])
        withExtendedLifetime(lock) {}
    }

    /// The control.
    @Test func anOlderStoreWhoseZoneIsStoppedIsBroughtUpToDate() throws {
        let old = try Store(path: folder(name), schema: schema(1))
        try old.close()
        let store = try #require(try visit())
        #expect(try applied() == ["1", "2"])
        #expect(!ZoneLock.isHeld(folder: folder.path), "the zone may start beside the command")
        #expect(throws: (any Error).self, "what the old version would meet") { try insert("a", store) }
    }

    @Test func aZoneThatIsBringingItsStoreUpToDateIsWaitedFor() throws {
        let lock = try ZoneLock(folder: folder.path)
        // As it is for a moment at the zone's first start.
        try Data().write(to: URL(filePath: folder(name)))
        var waits = 0
        let store = try visit {
            waits += 1
            try Store(path: folder(name), schema: schema(waits)).close()
            return true
        }
        #expect(waits == 2)
        #expect(try store?.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM note") } == 0)
        withExtendedLifetime(lock) {}
    }

    @Test func aZoneThatEndsMeanwhileLeavesItToTheCommand() throws {
        try Store(path: folder(name), schema: schema(1)).close()
        var lock: ZoneLock? = try ZoneLock(folder: folder.path)
        let store = try visit {
            lock = nil
            return true
        }
        #expect(store != nil && lock == nil)
        #expect(try applied() == ["1", "2"])
    }

    @Test func whereTheZoneNeverRanThereIsNothingAndNothingIsMade() throws {
        #expect(try visit() === nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    /// With the zone running or not: what is wrong is said as it is.
    @Test(arguments: [true, false]) func aStoreThatIsNotOursIsRefusedForWhatItIs(isRunning: Bool) throws {
        let lock = isRunning ? try ZoneLock(folder: folder.path) : nil
        try Store(path: folder(name), schema: schema(2)).close()
        let newer = #expect(throws: StoreError.self) { try visit(1) }
        #expect(newer?.description.contains("[store.newer-schema]") == true)
        let alien = #expect(throws: StoreError.self) {
            try Store.visit(name, of: folder.path, schema: schema(1, applicationID: 8), waits: { false })
        }
        #expect(alien?.description.contains("[store.wrong-kind]") == true)
        try Data("no store at all, in many words that are longer than a header".utf8).write(
            to: URL(filePath: folder("damaged.db")))
        let damaged = #expect(throws: DatabaseError.self) {
            try Store.visit("damaged.db", of: folder.path, schema: schema(1), waits: { false })
        }
        #expect(damaged?.resultCode == .SQLITE_NOTADB)
        withExtendedLifetime(lock) {}
    }
}
