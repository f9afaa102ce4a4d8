import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting

@testable import SluiceInternal

/// Admissions on a store with an index of its own, whose runs and keys a test chooses. What becomes a run, and when, is
/// the test's to say.
final class IndexBench: Sendable {
    let folder: TemporaryFolder
    let store: Store
    let admission: Admission

    var index: TicketIndex { admission.book.index }

    /// - Parameter folder: of an earlier bench, to begin again on its store.
    init(
        run: Int = 4, folder: TemporaryFolder = TemporaryFolder(),
        key: @escaping @Sendable (String) -> UInt64 = TicketKey.of
    ) throws {
        self.folder = folder
        store = try Store(path: folder("internal.db"), schema: InternalSchema.schema)
        let roster = try Roster([HandlerSeat.fallback().profile], store: store)
        admission = Admission(
            reader: ItemReader(router: try Router(roster.entries), zone: Bench.zone), roster: roster, zone: Bench.zone,
            book: TicketBook(index: try TicketIndex(leading: store, runSize: run, key: key)))
    }

    func admit(_ names: [String], _ db: Database) throws {
        let items = names.map { admission.reader.prepare(Item(ticket: .sample($0))) }
        try admission.admit(items, at: Bench.start, db)
    }

    func admit(_ names: String...) throws {
        try store.write { try admit(names, $0) }
    }

    /// Makes every run that is due.
    func extend() throws {
        while case let made = try store.write({ try index.writeRuns($0) }), !made.isEmpty { index.adopt(made) }
    }

    /// Those of the names that are found, as the source calls them.
    func found(_ names: [String], by index: TicketIndex? = nil) throws -> [String] {
        try store.read { try found(names, by: index, $0) }
    }

    func found(_ names: [String], by index: TicketIndex? = nil, _ db: Database) throws -> [String] {
        try names.compactMap { name in
            let row = try (index ?? self.index).row(of: IntakeTicket.id(name), db)
            return try row.flatMap {
                try String.fetchOne(db, sql: "SELECT external_id FROM ticket WHERE id = ?", arguments: [$0])
            }
        }
    }

    /// As the sources call them, in the order in which they came.
    func stored() throws -> [String] {
        try store.read { try String.fetchAll($0, sql: "SELECT external_id FROM ticket ORDER BY id") }
    }

    func execute(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try store.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    /// What `sluice store check` says of the index.
    func findings() throws -> [String] {
        let reader = try StoreReader(path: store.path, schema: InternalSchema.schema)
        let invariants = InternalInvariants.all.filter { $0.code.hasPrefix("index.") }
        let found = try StoreCheck(reader, invariants: invariants).run() + InternalInvariants.ticketIndex(reader)
        return Set(found.map(\.code)).sorted()
    }
}
