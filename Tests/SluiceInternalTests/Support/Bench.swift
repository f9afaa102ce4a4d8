import GRDB
import Logging
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

@testable import SluiceInternal

/// An internal zone on a store of its own, with a clock that stands still until it is moved.
final class Bench: Sendable {
    static let zone = Zone.shanghai
    static let start = Timestamp(rfc3339: "2026-01-05T09:30:00+08:00")!

    let folder: TemporaryFolder
    let store: Store
    let zone: InternalZone
    let clock: TestClock

    /// - Parameters:
    ///   - folder: of an earlier bench, to begin again on its store.
    ///   - ticketsOfRun: so few that nearly every ticket is looked for in the store too.
    init(
        _ seats: [HandlerSeat], clock: TestClock = TestClock(), folder: TemporaryFolder = TemporaryFolder(),
        opener: TicketOpener? = nil, replies: WayOut = WayOut(), ticketsOfRun: Int = 2
    ) throws {
        self.folder = folder
        self.clock = clock
        store = try Store(path: folder.path + "/internal.db", schema: InternalSchema.schema)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var keys = try InternalKeys(
            own: .generate(), relay: SigningKey.generate().verifyingKey, external: SigningKey.generate().verifyingKey)
        keys.opener = opener
        var settings = InternalSettings(
            timeZone: Self.zone, boundary: BoundaryPlaces(out: folder.path + "/out", in: folder.path + "/in"))
        settings.replies = replies
        zone = try InternalZone(
            settings: settings,
            seats: seats, store: store,
            keys: keys,
            bell: BoundaryBell(), logger: logger, clock: { clock.now }, random: { 0.5 },
            ticketsOfRun: ticketsOfRun)
    }

    /// A batch of released items, as the boundary hands it over.
    func admit(_ items: [Item]) async throws {
        let admission = zone.pipeline.admission
        let (prepared, now) = (items.map { admission.reader.prepare($0) }, clock.now)
        try await store.commit { try admission.admit(prepared, at: now, $0) }
        try await admission.book.index.extend(store)
        for worker in zone.pipeline.workers { worker.ring() }
    }

    func admit(_ tickets: [IntakeTicket]) async throws {
        try await admit(tickets.map { Item(ticket: $0) })
    }

    func day(_ text: String = "2026-01-05") async throws -> LedgerDay {
        try await zone.ledger.day(try #require(Day(text)))
    }

    func count(_ sql: String) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: sql) ?? -1 }
    }

    func texts(_ sql: String) async throws -> [String] {
        try await store.read { try String.fetchAll($0, sql: sql) }
    }

    /// Delivers while `body` runs.
    func delivering<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in zone.pipeline.workers { group.addTask { try await worker.run() } }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }
}

final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ start: Timestamp = Bench.start) {
        time = Mutex(start)
    }

    var now: Timestamp { time.withLock { $0 } }

    func move(_ duration: Duration) {
        time.withLock { $0 = $0.adding(duration) }
    }
}

/// Waits until something is true; the time limit only ends a test that has failed.
func eventually(_ what: String, _ condition: @Sendable () async throws -> Bool) async throws {
    for _ in 0..<2_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("never happened: \(what)")
    throw NeverHappened()
}

struct NeverHappened: Error {}
