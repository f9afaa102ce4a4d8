import GRDB
import Logging
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceInternal

/// One ticket for each id, and every ticket found by its id, wherever it stands.
@Suite struct TicketIndexTests {
    private let names = (1...10).map { "A-\($0)" }
    private let strangers = (1...10).map { "B-\($0)" }

    private func check(_ bench: IndexBench, runs: Int, recent: Int, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        #expect(bench.index.size == (runs, recent), sourceLocation: sourceLocation)
        #expect(try bench.found(names) == names, sourceLocation: sourceLocation)
        #expect(try bench.found(strangers).isEmpty, sourceLocation: sourceLocation)
        #expect(try bench.stored() == names, sourceLocation: sourceLocation)
        #expect(try bench.findings() == [], sourceLocation: sourceLocation)
    }

    @Test func aTicketIsFoundInMemoryInARunAndAfterARestart() throws {
        let bench = try IndexBench()
        for name in names { try bench.admit(name) }
        try check(bench, runs: 0, recent: 10)
        try bench.extend()
        try check(bench, runs: 2, recent: 2)
        try check(IndexBench(folder: bench.folder), runs: 2, recent: 2)
    }

    @Test func theSameIDTwiceMakesOneTicketWhereverTheFirstStands() throws {
        let bench = try IndexBench()
        try bench.store.write { try bench.admit(names + names, $0) }
        try bench.store.write { try bench.admit(names.reversed(), $0) }
        try check(bench, runs: 0, recent: 10)
        try bench.extend()
        try bench.store.write { try bench.admit(names + names, $0) }
        try check(bench, runs: 2, recent: 2)
        let again = try IndexBench(folder: bench.folder)
        try again.store.write { try again.admit(names + names, $0) }
        try check(again, runs: 2, recent: 2)
    }

    @Test func idsThatShareAKeyAreDifferentTickets() throws {
        let bench = try IndexBench(key: { _ in 7 })
        for _ in 1...2 { for name in names { try bench.admit(name) } }
        #expect(try bench.found(names + strangers) == names)
        try bench.extend()
        for name in names { try bench.admit(name) }
        #expect(try bench.found(names + strangers) == names)
        let again = try IndexBench(folder: bench.folder, key: { _ in 7 })
        for name in names { try again.admit(name) }
        #expect(try again.found(names + strangers) == names)
        #expect(try again.stored() == names)
    }

    @Test func whatWasUndoneIsNoTicketAndItsRowMayBeAnothers() throws {
        let bench = try IndexBench()
        try bench.store.write { db in
            try db.inSavepoint {
                try bench.admit(["A-1", "A-2", "A-3"], db)
                return .rollback
            }
            #expect(try bench.found(["A-1", "A-2", "A-3"], db).isEmpty)
            try bench.admit(["A-3", "A-1", "A-3"], db)
        }
        #expect(throws: Undone.self) {
            try bench.store.write { db in
                try bench.admit(["A-2", "A-4", "A-5"], db)
                throw Undone()
            }
        }
        try bench.extend()
        #expect(bench.index.size.runs == 0, "what was undone fills no run")
        try bench.admit("A-5", "A-1", "A-5", "A-2")
        try bench.extend()
        try bench.admit("A-5", "A-1", "A-2", "A-3")
        #expect(try bench.stored() == ["A-3", "A-1", "A-5", "A-2"])
        #expect(try bench.found(names) == ["A-1", "A-2", "A-3", "A-5"])
        #expect(bench.index.size.runs == 1)
        #expect(try bench.findings() == [])
    }

    @Test func aRunThatWasNotCommittedIsMadeAgain() throws {
        let bench = try IndexBench()
        for name in names { try bench.admit(name) }
        #expect(throws: Undone.self) {
            try bench.store.write { db in
                #expect(try bench.index.writeRuns(db).count == 1)
                throw Undone()
            }
        }
        try check(bench, runs: 0, recent: 10)
        try check(IndexBench(run: 100, folder: bench.folder), runs: 0, recent: 10)
        try bench.extend()
        try check(bench, runs: 2, recent: 2)
    }

    @Test func aRunThatWasCommittedUnheardIsNotMadeTwice() throws {
        let bench = try IndexBench()
        for name in names { try bench.admit(name) }
        // Its commit was said to have failed: memory does not know of it.
        _ = try bench.store.write { try bench.index.writeRuns($0) }
        try check(bench, runs: 0, recent: 10)
        for name in names { try bench.admit(name) }
        try bench.extend()
        try check(bench, runs: 2, recent: 2)
    }

    @Test func aSnapshotFromBeforeSeveralRunsFindsEveryTicketOfItsTime() throws {
        let bench = try IndexBench()
        for name in names.prefix(6) { try bench.admit(name) }
        let command = TicketIndex()
        try bench.store.read { db in
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM ticket") == 6)
            for name in names.suffix(4) { try bench.admit(name) }
            try bench.extend()
            #expect(bench.index.size == (2, 2))
            let beside = try Store(path: bench.store.path, schema: InternalSchema.schema)
            #expect(try beside.read { try bench.found(names, by: command, $0) } == names)
            for index in [bench.index, command] {
                #expect(try bench.found(names, by: index, db) == Array(names.prefix(6)))
            }
            try beside.close()
        }
        #expect(try bench.found(names) == names)
    }

    @Test func aCommandBesideTheZoneFindsWhatIsInRunsAndWhatCameSinceItsLastLook() throws {
        let bench = try IndexBench()
        for name in names.prefix(6) { try bench.admit(name) }
        try bench.extend()
        let beside = try Store(path: bench.store.path, schema: InternalSchema.schema)
        let command = TicketIndex()
        func found() throws -> [String] { try beside.read { try bench.found(names + strangers, by: command, $0) } }
        #expect(try found() == Array(names.prefix(6)))
        #expect(command.size == (1, 2))
        for name in names.suffix(4) { try bench.admit(name) }
        #expect(try found() == names)
        try bench.extend()
        #expect(try found() == names)
        #expect(command.size == (2, 2), "it does not keep what is in a run")
        try beside.close()
    }

    @Test func aNewTicketCostsNoLookAtTheIndexInTheStore() throws {
        let bench = try IndexBench(run: 500)
        let old = (1...1_000).map { "O-\($0)" }
        try bench.store.write { try bench.admit(old, $0) }
        try bench.extend()
        #expect(bench.index.size == (2, 0))
        let statements = Mutex<[String]>([])
        try bench.store.write { db in
            db.trace { event in statements.withLock { $0.append("\(event)") } }
            try bench.admit(names, db)
            db.trace(options: [])
        }
        let asked = statements.withLock { $0 }
        #expect(asked.filter { $0.contains("INSERT INTO ticket ") }.count == 10)
        #expect(asked.filter { $0.contains("ticket_key") || $0.contains("FROM ticket") } == [])
    }

    @Test func runsAreMadeWhileTicketsCome() async throws {
        let bench = try IndexBench()
        let quiet = Logger(label: "test")
        let task = Task { try await bench.index.run(bench.store, logger: quiet) }
        for name in names {
            try await bench.store.commit { try bench.admit([name], $0) }
        }
        try await eventually("two runs") { bench.index.size.runs == 2 }
        task.cancel()
        _ = await task.result
        try check(bench, runs: 2, recent: 2)
    }
}

private struct Undone: Error {}
