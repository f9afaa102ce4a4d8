import Foundation
import GRDB
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

/// Writes that wait at the same time are made in one go, and each has its own outcome.
@Suite struct JoinedWritesTests {
    private struct Refused: Error, Equatable {
        var number: Int
    }

    private let folder = TemporaryFolder()
    private let store: Store
    private let groups = Groups()

    /// How many were given to the body at once, each time.
    private final class Groups: Sendable {
        let sizes = Mutex<[Int]>([])
    }

    init() throws {
        let tables = """
            CREATE TABLE note (number INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE total (count INTEGER NOT NULL) STRICT;
            INSERT INTO total VALUES (0);
            """
        store = try Store(
            path: folder.path + "/test.db",
            schema: StoreSchema(name: "test", applicationID: 0x54_45_53_54, migrations: [StoreMigration("1", tables)]))
    }

    /// Multiples of ten are refused, behind what the others have written.
    private var writes: JoinedWrites<Int, Int> {
        let groups = groups
        return store.joined { numbers, db in
            groups.sizes.withLock { $0.append(numbers.count) }
            for number in numbers {
                try db.execute(sql: "INSERT INTO note (number) VALUES (?)", arguments: [number])
                if number % 10 == 0 { throw Refused(number: number) }
            }
            try db.execute(sql: "UPDATE total SET count = count + ?", arguments: [numbers.count])
            return numbers.map { $0 * 2 }
        }
    }

    /// All wait behind a transaction that ends once they do.
    private func commitTogether(_ numbers: [Int]) async throws -> [Int: Result<Int, any Error>] {
        let (store, writes) = (store, writes)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        return try await withThrowingTaskGroup(of: (Int, Result<Int, any Error>)?.self) { group in
            group.addTask {
                try await store.commit { _ in
                    begin.finish()
                    while store.waitingWrites < numbers.count { usleep(1_000) }
                }
                return nil
            }
            for await _ in begun {}
            for number in numbers {
                group.addTask {
                    do { return (number, .success(try await writes.commit(number))) } catch {
                        return (number, .failure(error))
                    }
                }
            }
            var results: [Int: Result<Int, any Error>] = [:]
            for try await case let (number, result)? in group { results[number] = result }
            return results
        }
    }

    private func stored() throws -> (notes: [Int], total: Int) {
        try store.read { db in
            (
                try Int.fetchAll(db, sql: "SELECT number FROM note ORDER BY number"),
                try Int.fetchOne(db, sql: "SELECT count FROM total") ?? -1
            )
        }
    }

    @Test func whatWaitsTogetherIsWrittenInOneGoAndEachHasItsAnswer() async throws {
        let results = try await commitTogether([1, 2, 3, 4, 5])
        for number in 1...5 { #expect(try results[number]?.get() == number * 2) }
        #expect(try stored() == ([1, 2, 3, 4, 5], 5))
    }

    @Test func theOneAtFaultFailsAloneAndTheOthersAreKept() async throws {
        let results = try await commitTogether([1, 2, 10, 3])
        for number in 1...3 { #expect(try results[number]?.get() == number * 2) }
        #expect(throws: Refused(number: 10)) { try results[10]?.get() }
        #expect(try stored() == ([1, 2, 3], 3), "what failed together left nothing behind")
    }

    @Test func afterTheStoreIsClosedNobodyIsToldOfSuccess() async throws {
        let writes = writes
        try store.close()
        await #expect(throws: StoreError.self) { try await writes.commit(1) }
    }
}
