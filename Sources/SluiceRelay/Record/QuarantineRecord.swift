internal import GRDB
internal import Logging
public import SluiceBoundary
public import SluiceSDK
public import SluiceStore
internal import Synchronization

/// The quarantine's record in PostgreSQL: every batch, item, verdict and receipt is committed there before the relay's own
/// transaction commits, that is before anything goes on. While it cannot be written nothing is taken and nothing released.
///
/// quarantine.db remembers the number of the record's last verdict that its own commits have seen. What stands in the record
/// behind that number was not carried out; where it is a person's decision, a further verdict says so.
public final class QuarantineRecord: Sendable {
    private struct State {
        var isReady = false
        /// Of the last verdict that this process wrote; nil when nobody knows what the record holds.
        var sequence: Int64?
        var problem: String?
    }

    let link: RecordLink
    private let silent: Set<String>
    private let state = Mutex(State())
    private let signal = Signal()
    private let clock: @Sendable () -> Timestamp

    /// - Parameter silent: who is behind a one-way link and never says what it has taken: producers, or `internal`.
    public init(
        _ database: BoundaryDatabase, silent: Set<String> = [], clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        link = RecordLink(database)
        (self.silent, self.clock) = (silent, clock)
    }

    /// - Returns: nil where the relay is to have none.
    public convenience init?(_ settings: RelaySettings, clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        guard let database = settings.record else { return nil }
        self.init(database, silent: settings.silent, clock: clock)
    }

    /// Why nothing can be recorded; nil when all is well.
    public var currentProblem: String? { state.withLock(\.problem) }

    // MARK: Within a commit of the relay

    /// Does `body` and records what it adds to quarantine.db. To be the last thing of a commit.
    ///
    /// It blocks the store's own thread while the server writes.
    func covering<Value>(_ db: Database, _ body: (inout RecordEntry) throws -> Value) throws -> Value {
        if let reason = state.withLock({ $0.isReady ? nil : $0.problem ?? "it is not connected yet" }) {
            throw Self.away(reason)
        }
        let mark = try RecordMark(db)
        var entry = RecordEntry()
        let value = try body(&entry)
        try record(entry, since: mark, db)
        return value
    }

    private func record(_ entry: RecordEntry, since mark: RecordMark, _ db: Database) throws {
        let known = try RecordBook(db).sequence
        var parts = try RecordReading(db: db, silent: silent).added(since: mark)
        if !entry.erased.isEmpty || entry.erasedIDs != nil {
            var rows = RecordRows()
            (rows.erased, rows.erasedIDs) = (entry.erased, entry.erasedIDs)
            parts.append(rows)
        }
        do {
            if state.withLock({ $0.sequence != known }) { parts.insert(try restated(behind: known, mark, db), at: 0) }
            var last = known
            for rows in parts where !rows.isEmpty { last = try link.append(rows) ?? last }
            state.withLock { $0.sequence = last }
            if last != known { try RecordBook.set(last, db) }
        } catch let error as BoundaryError {
            state.withLock { $0.sequence = nil }
            throw error
        } catch {
            state.withLock { state in
                state.sequence = nil
                if !link.isOpen { state.isReady = false }
            }
            signal.set()
            throw Self.away("\(error)")
        }
    }

    /// People's decisions that stand in the record and not in quarantine.db: what holds is said once more.
    private func restated(behind known: Int64, _ mark: RecordMark, _ db: Database) throws -> RecordRows {
        var rows = RecordRows()
        for (range, decision) in try link.lateDecisions(after: known) {
            guard let holds = try RecordReading.decision(on: range, upTo: mark, db), holds.rawValue != decision else {
                continue
            }
            let verdict = Verdict(
                range: range, decision: holds, code: "record.not-carried-out",
                reason:
                    "quarantine.db does not have the decision before this one: it was not carried out, or was lost with a "
                    + "disk", at: clock())
            rows.decisions.append(RecordRows.Decision(verdict, isLate: true))
        }
        return rows
    }

    private static func away(_ reason: String) -> BoundaryError {
        BoundaryError(
            "record.away", "the quarantine's record cannot be written, and nothing is released until it can: \(reason)")
    }

    // MARK: Keeping the connection

    /// Connects, and brings the record and quarantine.db in line with each other.
    /// - Throws: why it cannot be written.
    public func prepare(_ store: Store) async throws {
        do {
            let head = try await link.open()
            let known = try await store.read { try RecordBook($0) }
            if known.identity != head.identity || head.sequence < known.sequence {
                // Another record than before, or one that was set back. It may take a while.
                state.withLock { $0.problem = "it is being filled with what quarantine.db holds" }
                try await refill(store)
                let sequence = try await link.head().sequence
                try await store.commit { try RecordBook.set(head.identity, sequence, $0) }
            }
            state.withLock { ($0.isReady, $0.sequence) = (true, nil) }
            try await restate(store)
            state.withLock { $0.problem = nil }
        } catch {
            state.withLock { ($0.isReady, $0.problem) = (false, "\(error)") }
            throw error
        }
    }

    /// For who goes on without one: a record that is switched on again lacks what came meanwhile, and is filled then.
    public static func forget(in store: Store) async throws {
        guard try await store.read({ try !RecordBook($0).identity.isEmpty }) else { return }
        try await store.commit { try RecordBook.forget($0) }
    }

    public func close() async { await link.close() }

    private func restate(_ store: Store) async throws {
        try await store.commit { db in try self.covering(db) { _ in } }
    }

    /// Until its task is cancelled: opens what broke, and says what was not carried out.
    func run(_ store: Store, _ logger: Logger) async throws {
        var pause = link.database.firstPause
        var told: String?
        while true {
            do {
                if try await tend(store) { logger.notice("the quarantine's record is written again") }
                (pause, told) = (link.database.firstPause, nil)
                await signal.wait(upTo: link.database.poll)
            } catch {
                if Task.isCancelled { throw error }
                let text = "\(error)"
                state.withLock { $0.problem = text }
                if text != told { logger.error("the quarantine's record cannot be written: \(text)") }
                told = text
                try await Task.sleep(for: pause)
                pause = min(pause * 2, link.database.longestPause)
            }
            try Task.checkCancellation()
        }
    }

    /// - Returns: true when it could not be written before and now can.
    private func tend(_ store: Store) async throws -> Bool {
        let isReady = state.withLock(\.isReady)
        if isReady, link.isOpen {
            try await link.ping()
            let known = try await store.read { try RecordBook($0).sequence }
            if state.withLock({ $0.sequence != known }) { try await restate(store) }
            return false
        }
        let wasIll = state.withLock { state in
            state.isReady = false
            return state.problem != nil
        }
        try await prepare(store)
        return wasIll
    }

    /// Everything that quarantine.db still holds, in pieces: batches that are there already are left as they are, but for
    /// lines that an erasure has emptied here meanwhile; and a verdict that is there twice says the same twice.
    private func refill(_ store: Store) async throws {
        let silent = silent
        for batch in try await store.read({ try RecordReading.batches($0) }) {
            var rows = try await store.read { try RecordReading(db: $0, silent: silent).batch(batch) }
            rows.erased = rows.items.filter(\.line.isEmpty).map(\.range)
            try await link.add(rows)
        }
        var last: Int64 = 0
        while true {
            let behind = last
            let page = try await store.read { try RecordReading.decisions(behind: behind, limit: 1000, $0) }
            guard let end = page.last?.id else { return }
            var rows = RecordRows()
            rows.decisions = page.map(\.decision)
            try await link.add(rows)
            last = end
        }
    }
}

extension QuarantineRecord {
    /// The coming days are there in time, and the old ones go.
    func dayKeeping(age: Duration, _ logger: Logger) -> Housekeeping.Step {
        let link = link
        return {
            let dropped = try await link.keepDays(age: age)
            if !dropped.isEmpty {
                logger.info("the record let days go", metadata: ["days": "\(dropped.joined(separator: ", "))"])
            }
            return false
        }
    }
}

extension Optional<QuarantineRecord> {
    /// Without a record, `body` alone.
    func covering<Value>(_ db: Database, _ body: (inout RecordEntry) throws -> Value) throws -> Value {
        let value: Value
        if let record = self {
            value = try record.covering(db, body)
        } else {
            var entry = RecordEntry()
            value = try body(&entry)
        }
        Failpoint.relayRecorded.reached()
        return value
    }
}

/// What a commit did beside adding rows.
struct RecordEntry {
    /// Items whose lines it took away.
    var erased: [ItemRange] = []
    /// Of which no line may stay, whether quarantine.db still has it or not.
    var erasedIDs: RecordRows.ErasedIDs?
}
