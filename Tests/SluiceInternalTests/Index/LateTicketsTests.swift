import GRDB
import Logging
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceInternal

/// What looks for many tickets in a snapshot that is older than the latest runs.
@Suite struct LateTicketsTests {
    private let names = (1...10).map { "A-\($0)" }
    private let strangers = (1...10).map { "B-\($0)" }

    /// Counts the looks through tickets that no run of a snapshot has.
    private final class Looks: Sendable {
        private let statements = Mutex<[String]>([])

        func listen(_ db: Database) {
            db.trace { event in
                let text = "\(event)"
                self.statements.withLock { $0.append(text) }
            }
        }

        var count: Int { statements.withLock { $0.count { $0.contains("FROM ticket WHERE id >") } } }
    }

    /// - Parameter body: in a snapshot of the first six, while all ten are in runs or in memory.
    private func inOldSnapshot(_ bench: IndexBench, _ body: (Database, Looks) throws -> Void) throws {
        for name in names.prefix(6) { try bench.admit(name) }
        try bench.store.read { db in
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM ticket") == 6)
            for name in names.suffix(4) { try bench.admit(name) }
            try bench.extend()
            let looks = Looks()
            looks.listen(db)
            defer { db.trace(options: []) }
            try body(db, looks)
        }
    }

    @Test func anOldSnapshotIsReadOnceForAllThatAreLookedForInIt() throws {
        let bench = try IndexBench()
        try inOldSnapshot(bench) { db, looks in
            var late = LateTickets()
            func row(_ name: String) throws -> Int64? { try bench.index.row(of: IntakeTicket.id(name), &late, db) }
            for name in strangers + names.suffix(4) { #expect(try row(name) == nil, "\(name)") }
            for (place, name) in names.prefix(6).enumerated() { #expect(try row(name) == Int64(place + 1)) }
            #expect(looks.count == 1)
            // More runs come while the snapshot is held.
            try bench.admit("C-1", "C-2")
            try bench.extend()
            #expect(bench.index.size == (3, 0))
            #expect(try row("C-1") == nil)
            #expect(try row("A-6") == 6)
            #expect(looks.count == 2)
        }
    }

    /// Their tickets are held outside, or never come.
    @Test func filesWithoutATicketCostAnOldSnapshotOneLook() throws {
        let bench = try IndexBench()
        for name in strangers + ["A-5", "A-9"] {
            try bench.execute(
                """
                INSERT INTO attachment (attachment_id, ticket_id, channel, name, state, began_at, changed_at)
                VALUES (?, ?, 'c', 'a.jpg', 'failed', 1, 1)
                """, [name, IntakeTicket.id(name)])
        }
        let shelf = AttachmentShelf(
            store: bench.store, roster: bench.admission.roster, book: bench.admission.book, signal: Signal(), told: {},
            clock: { Bench.start }, logger: Logger(label: "test"))
        try inOldSnapshot(bench) { (db: Database, looks: Looks) throws in
            #expect(try shelf.untold(db) == [11], "of A-5: A-9 came later")
            #expect(looks.count == 1)
        }
        #expect(try bench.store.read(shelf.untold) == [11, 12])
    }
}
