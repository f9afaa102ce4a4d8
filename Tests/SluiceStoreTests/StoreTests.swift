import Foundation
import GRDB
import SluiceStore
import SluiceTesting
import Testing

@Suite struct StoreTests {
    private let folder = TemporaryFolder()

    private var schema: StoreSchema {
        StoreSchema(
            name: "test", applicationID: 0x54_45_53_54,
            migrations: [StoreMigration("1", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")])
    }

    private func open() throws -> Store {
        try Store(path: folder.path + "/test.db", schema: schema)
    }

    private func count(_ store: Store) throws -> Int {
        try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM note") ?? -1 }
    }

    @Test func keepsFullSynchronousModeAfterOpening() throws {
        let store = try open()
        let mode = try store.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        let journal = try store.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == 2)
        #expect(journal == "wal")
    }

    /// What asks whether the disk takes anything has to give it something.
    @Test func aProbeReachesTheDiskAndChangesNothing() async throws {
        let store = try open()
        func logged() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: store.path + "-wal")[.size] as? Int ?? 0
        }
        func version() throws -> Int? { try store.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } }
        let (before, was) = try (logged(), version())
        try await store.commit { _ in }
        #expect(try logged() == before, "an empty transaction is no probe")
        try await store.probe()
        #expect(try logged() > before)
        #expect(try version() == was)
    }

    @Test(arguments: ["", "-wal", "-shm"]) func itsFilesAreItsOwnersAlone(suffix: String) throws {
        let store = try open()
        try store.write { try $0.execute(sql: "INSERT INTO note (text) VALUES ('a')") }
        let attributes = try FileManager.default.attributesOfItem(atPath: store.path + suffix)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func keepsTheWALFileAfterAWriterCloses() throws {
        let store = try open()
        try store.write { try $0.execute(sql: "INSERT INTO note (text) VALUES ('a')") }
        try store.close()
        #expect(FileManager.default.fileExists(atPath: folder.path + "/test.db-wal"))
    }

    /// A zone that ends is in a task that was cancelled; the file alone holds everything then.
    @Test func aSettledStoreStandsInItsFile() async throws {
        let store = try open()
        try store.write { try $0.execute(sql: "INSERT INTO note (text) VALUES ('a')") }
        let ended = Task {
            try? await Task.sleep(for: .seconds(1000))
            await store.settle()
        }
        ended.cancel()
        await ended.value
        try FileManager.default.copyItem(atPath: store.path, toPath: folder.path + "/alone.db")
        let alone = try DatabaseQueue(path: folder.path + "/alone.db")
        #expect(try await alone.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM note") } == 1)
    }

    @Test func commitReturnsWhatItsTransactionMade() async throws {
        let store = try open()
        let id = try await store.commit { db in
            try db.execute(sql: "INSERT INTO note (text) VALUES ('a')")
            return db.lastInsertedRowID
        }
        #expect(id == 1)
        #expect(try count(store) == 1)
    }

    @Test func manyCommitsAtOnceAreAllKept() async throws {
        let store = try open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    try await store.commit {
                        try $0.execute(sql: "INSERT INTO note (text) VALUES (?)", arguments: ["\(number)"])
                    }
                }
            }
            try await group.waitForAll()
        }
        let distinct = try await store.read { try Int.fetchOne($0, sql: "SELECT count(DISTINCT text) FROM note") }
        #expect(distinct == 500)
    }

    @Test func aFailingCommitUndoesItsOwnChangesAndNoOthers() async throws {
        let store = try open()
        struct Refused: Error {}
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    do {
                        try await store.commit { db in
                            try db.execute(sql: "INSERT INTO note (text) VALUES ('x')")
                            if number % 10 == 0 { throw Refused() }
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results.count { !$0 } == 10)
        #expect(try count(store) == 90)
    }

    @Test func whenSQLiteUndoesTheWholeTransactionNobodyIsToldOfSuccess() async throws {
        let store = try open()
        var wasShared = false
        for _ in 0..<50 where !wasShared {
            try await store.commit { try $0.execute(sql: "DELETE FROM note") }
            let release = DispatchSemaphore(value: 0)
            // Holds the commit queue, so that the two below are likely to wait together and share a transaction.
            let first = Task { try await store.commit { _ in release.wait() } }
            try await Task.sleep(for: .milliseconds(20))
            let good = Task { try await store.commit { try $0.execute(sql: "INSERT INTO note (text) VALUES ('a')") } }
            let bad = Task {
                try await store.commit { db in
                    try db.execute(sql: "ROLLBACK")
                    throw DatabaseError(resultCode: .SQLITE_FULL)
                }
            }
            try await Task.sleep(for: .milliseconds(20))
            release.signal()
            _ = await first.result
            await #expect(throws: (any Error).self) { try await bad.value }
            let isToldOfSuccess = (try? await good.value) != nil
            #expect(try count(store) == (isToldOfSuccess ? 1 : 0))
            wasShared = !isToldOfSuccess
        }
        #expect(wasShared)
        try await store.commit { try $0.execute(sql: "INSERT INTO note (text) VALUES ('b')") }
        #expect(try count(store) == 1, "the store goes on")
    }

    @Test func aCommitIsNotLostWhenItsTaskIsCancelled() async throws {
        let store = try open()
        let task = Task {
            try await store.commit { try $0.execute(sql: "INSERT INTO note (text) VALUES ('a')") }
        }
        task.cancel()
        try await task.value
        #expect(try count(store) == 1)
    }

    @Test func commitsAfterStoppingAreRefused() async throws {
        let store = try open()
        try store.close()
        await #expect(throws: StoreError.self) { try await store.commit { _ in } }
    }

    @Test func refusesAFileOfAnotherKind() throws {
        try open().close()
        let other = StoreSchema(name: "other", applicationID: 99, migrations: [])
        #expect(throws: StoreError.self) { try Store(path: folder.path + "/test.db", schema: other) }
    }

    @Test func refusesAFileOfANewerVersion() throws {
        var newer = schema
        newer.migrator.registerMigration("2") { try $0.execute(sql: "CREATE TABLE later (id INTEGER)") }
        try Store(path: folder.path + "/test.db", schema: newer).close()
        let error = #expect(throws: StoreError.self) { try open() }
        #expect(error?.description.contains("newer Sluice") == true)
    }
}

@Suite struct MigrationTests {
    private let folder = TemporaryFolder()

    private func open(_ second: String) throws -> Store {
        let schema = StoreSchema(
            name: "test", applicationID: 0x54_45_53_54,
            migrations: [
                StoreMigration("1", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"),
                StoreMigration("2", second), StoreMigration("3", "CREATE TABLE third (id INTEGER PRIMARY KEY)"),
            ])
        return try Store(path: folder("test.db"), schema: schema)
    }

    @Test func anInterruptedMigrationLeavesNothingBehindAndIsDoneAtTheNextStart() throws {
        let half = "ALTER TABLE note ADD COLUMN at INTEGER; CREATE TABLE second (id INTEGER); SELECT broken("
        #expect(throws: (any Error).self) { try open(half) }
        let reader = try StoreReader(
            path: folder("test.db"), schema: StoreSchema(name: "test", applicationID: 0x54_45_53_54, migrations: []))
        #expect(try reader.migrations() == ["1"])
        #expect(try reader.read { try $0.columns(in: "note").map(\.name) } == ["id", "text"])
        #expect(try reader.read { try $0.tableExists("second") } == false)

        let store = try open("ALTER TABLE note ADD COLUMN at INTEGER")
        #expect(try store.read { try $0.columns(in: "note").map(\.name) } == ["id", "text", "at"])
        #expect(try reader.migrations() == ["1", "2", "3"])
    }

    @Test func aCheckTellsOlderFromNewerAndChangesNothing() throws {
        let one = StoreSchema(
            name: "test", applicationID: 7, migrations: [StoreMigration("1", "CREATE TABLE note (id INTEGER)")])
        let two = StoreSchema(
            name: "test", applicationID: 7,
            migrations: [StoreMigration("1", "CREATE TABLE note (id INTEGER)"), StoreMigration("2", "SELECT 1")])
        try Store(path: folder("one.db"), schema: one).close()
        try Store(path: folder("two.db"), schema: two).close()
        let older = try StoreCheck(StoreReader(path: folder("one.db"), schema: two), invariants: []).run()
        #expect(older.map(\.code) == ["schema.older"] && older[0].weight == .notice)
        let newer = try StoreCheck(StoreReader(path: folder("two.db"), schema: one), invariants: []).run()
        #expect(newer.map(\.code) == ["schema.newer"] && newer[0].weight == .error)
        #expect(try StoreReader(path: folder("one.db"), schema: two).migrations() == ["1"])
    }
}

@Suite struct ZoneLockTests {
    /// A number that is closed twice is, the second time, somebody else's open file.
    @Test func aRefusedHolderClosesNobodyElsesFile() async throws {
        let folder = TemporaryFolder()
        let holder = try ZoneLock(folder: folder.path)
        let path = folder("own")
        async let broken = Task.detached {
            (0..<20_000).count { _ in
                let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
                sched_yield()
                return close(descriptor) != 0
            }
        }.value
        for _ in 0..<5_000 { _ = try? ZoneLock(folder: folder.path) }
        #expect(await broken == 0)
        withExtendedLifetime(holder) {}
    }

    @Test func aSecondHolderIsRefusedUntilTheFirstIsGone() throws {
        let folder = TemporaryFolder()
        var first: ZoneLock? = try ZoneLock(folder: folder.path)
        withExtendedLifetime(first) {
            _ = #expect(throws: ZoneLockError.self) { try ZoneLock(folder: folder.path) }
            #expect(ZoneLock.isHeld(folder: folder.path))
        }
        first = nil
        #expect(!ZoneLock.isHeld(folder: folder.path))
        #expect(throws: Never.self) { try ZoneLock(folder: folder.path) }
    }
}
