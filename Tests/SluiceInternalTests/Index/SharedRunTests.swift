import Foundation
import GRDB
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceInternal

/// A run that is made in one transaction with admissions holds tickets that nobody has committed yet.
@Suite struct SharedRunTests {
    private typealias Job = @Sendable () async throws -> Void

    private let old = ["A-1", "A-2"]
    private let new = ["A-3", "A-4", "A-5"]
    private let undone = ["B-1", "B-2"]
    private let bench: IndexBench

    init() throws {
        bench = try IndexBench()
        try bench.store.write { [bench, old] db in
            // What is broken between them is found at the end of the transaction alone.
            try db.execute(
                sql: """
                    CREATE TABLE parent (id INTEGER PRIMARY KEY);
                    CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
                    """)
            try bench.admit(old, db)
        }
    }

    /// - Returns: whether each was committed. They are in one transaction, in this order.
    private func together(_ jobs: [Job]) async throws -> [Bool] {
        let store = bench.store
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await store.commit { _ in
                begin.finish()
                while store.waitingWrites < jobs.count { usleep(1_000) }
            }
        }
        for await _ in begun {}
        var tasks: [Task<Void, any Error>] = []
        for job in jobs {
            tasks.append(Task(operation: job))
            // The last lets the first go on.
            guard tasks.count < jobs.count else { break }
            try await eventually("it waits") { [count = tasks.count] in store.waitingWrites == count }
        }
        try await first.value
        var outcomes: [Bool] = []
        for task in tasks {
            if case .success = await task.result { outcomes.append(true) } else { outcomes.append(false) }
        }
        return outcomes
    }

    private func admitting(_ names: [String], thenThrows: Bool = false) -> Job {
        { [bench] in
            try await bench.store.commit { db in
                try bench.admit(names, db)
                if thenThrows { throw Undone() }
            }
        }
    }

    private var extending: Job { { [bench] in try await bench.index.extend(bench.store) } }

    private func executing(_ sql: String) -> Job {
        { [bench] in try await bench.store.commit { try $0.execute(sql: sql) } }
    }

    /// One run of four and what is behind it, and each is one ticket still when all come again, after a restart too.
    private func check(_ names: [String]) throws {
        try bench.extend()
        for bench in [bench, try IndexBench(folder: bench.folder)] {
            #expect(bench.index.size.runs == 1)
            #expect(try bench.found(names) == names)
            try bench.store.write { try bench.admit(names, $0) }
            #expect(try bench.stored() == names)
            #expect(try bench.findings() == [])
        }
    }

    @Test func whenTheirCommitFailsNeitherIsThereAndNothingIsLost() async throws {
        let breaking = executing("INSERT INTO child (parent) VALUES (7)")
        #expect(try await together([admitting(new), extending, breaking]) == [false, false, false])
        #expect(bench.index.size.runs == 0)
        #expect(try await bench.store.read { try TicketRun.all(withFilters: true, $0) }.isEmpty)
        #expect(try bench.stored() == old)
        #expect(try bench.found(old + new) == old)
        // The others are given the rows of those that were undone.
        let again = [new[2], new[0], new[1]]
        try bench.store.write { try bench.admit(old + again, $0) }
        try check(old + again)
    }

    /// The control: it is the commit that fails, and it is one.
    @Test func whenTheirCommitSucceedsTheRunHoldsTicketsOfItsOwnTransaction() async throws {
        let harmless = executing("INSERT INTO parent (id) VALUES (7)")
        #expect(try await together([admitting(new), extending, harmless]) == [true, true, true])
        #expect(bench.index.size == (1, 1))
        try check(old + new)
    }

    @Test func anAdmissionThatIsUndoneAloneIsInNoRun() async throws {
        let failing = admitting(undone, thenThrows: true)
        #expect(try await together([failing, admitting(new), extending]) == [false, true, true])
        #expect(bench.index.size.runs == 1)
        #expect(try bench.found(undone).isEmpty)
        try check(old + new)
        try bench.store.write { try bench.admit(undone, $0) }
        #expect(try bench.stored() == old + new + undone)
    }
}

private struct Undone: Error {}
