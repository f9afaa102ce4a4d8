internal import GRDB
internal import Logging
internal import SluiceSDK
internal import SluiceStore
internal import Synchronization

/// Finds tickets by their ids, and is what keeps two tickets from having the same one.
///
/// Ids are digests: in a sorted index each new one touches another page. Here the newest tickets are in memory, and the
/// others in runs, each written once in its own order. A run's filter, in memory too, says of nearly every strange id that
/// it is not there, so that a new ticket costs no read.
///
/// One zone writes a store (its lock says so), with one index that leads: it is told of each ticket as it is inserted. All
/// others, in commands beside it, follow: they look for what is new before each look-up.
final class TicketIndex: Sendable {
    enum Limits {
        /// Tickets of a run. Larger ones hold the store's writer longer, smaller ones are more to ask.
        static let run = 65_536
    }

    /// Every ticket that is committed is in `recent` or in one of `runs`.
    private struct Memory {
        var runs: [TicketRun] = []
        var recent = RecentTickets()
        /// The highest `ticket.id` read into `recent` by one that follows.
        var read: Int64 = 0

        /// `ticket.id` up to which the runs reach.
        var reach: Int64 { runs.last?.last ?? 0 }

        mutating func adopt(_ made: [TicketRun]) {
            let new = made.filter { $0.id > runs.last?.id ?? 0 }
            guard !new.isEmpty else { return }
            runs += new
            recent.drop(through: reach)
            read = max(read, reach)
        }

        mutating func add(_ entries: [TicketEntry]) {
            for entry in entries { recent.add(entry.row, key: entry.key) }
            read = max(read, entries.last?.row ?? 0)
        }
    }

    /// Where a ticket may be.
    private struct Candidates {
        var rows: [Int64]
        /// Newest first: what is looked for again is mostly new.
        var runs: [Int64]
        var reach: Int64
    }

    private let memory = Mutex(Memory())
    private let isFollowing: Bool
    private let runSize: Int
    private let key: @Sendable (String) -> UInt64
    /// Set when there are tickets enough for a run.
    private let isDue = Signal()

    /// The index of a command: owns nothing and writes nothing.
    init(key: @escaping @Sendable (String) -> UInt64 = TicketKey.of) {
        (isFollowing, runSize, self.key) = (true, Limits.run, key)
    }

    /// The index of the zone that writes this store. Makes the runs that are missing, each in a transaction of its own: a
    /// store that an older Sluice made has none. Blocks the thread; for nothing to be admitted before it returns.
    init(
        leading store: Store, runSize: Int = Limits.run, key: @escaping @Sendable (String) -> UInt64 = TicketKey.of
    ) throws {
        (isFollowing, self.runSize, self.key) = (false, max(1, runSize), key)
        while true {
            let made = try store.write { try writeRuns($0) }
            if made.isEmpty { break }
            adopt(made)
        }
        let entries = try store.read { [reach] db in try TicketEntry.of(db, after: reach, key: key) }
        memory.withLock { $0.add(entries) }
    }

    private var reach: Int64 { memory.withLock(\.reach) }

    /// How many runs there are, and how many tickets behind them.
    var size: (runs: Int, recent: Int) { memory.withLock { ($0.runs.count, $0.recent.count) } }

    // MARK: Looking up

    /// `ticket.id` of the ticket with this id as the snapshot has it, however old it is.
    func row(of ticketID: String, _ db: Database) throws -> Int64? {
        var late = LateTickets()
        return try row(of: ticketID, &late, db)
    }

    /// The same for one of many in one snapshot.
    func row(of ticketID: String, _ late: inout LateTickets, _ db: Database) throws -> Int64? {
        if isFollowing { try follow(db) }
        let key = key(ticketID)
        let candidates = candidates(key)
        if let row = try row(of: ticketID, key, candidates, db) { return row }
        // A snapshot from before the latest run knows no keys of it, and memory has let go of them.
        try late.read(through: candidates.reach, key: self.key, db)
        return try late.rows(key).first { try Self.isTicket($0, ticketID, db) }
    }

    /// The same in the transaction of the store's writer, which sees what memory sees.
    ///
    /// Looking and inserting are one: the store has one writer, everything is admitted on it, and nobody else writes
    /// between them. No table says that a ticket's id stands once; this does.
    func rowForWriter(of ticketID: String, _ db: Database) throws -> Int64? {
        let key = key(ticketID)
        return try row(of: ticketID, key, candidates(key), db)
    }

    /// A ticket was inserted. Said within its transaction, before anybody can see it; undone with it, what is said here
    /// stays and does no harm: the row is not there, or is another ticket's.
    func note(_ ticketID: String, row: Int64) {
        let key = key(ticketID)
        let count = memory.withLock { memory in
            memory.recent.add(row, key: key)
            return memory.recent.count
        }
        // Not at every ticket, should a run be late.
        if count >= runSize, count.isMultiple(of: max(1, runSize / 64)) { isDue.set() }
    }

    private func candidates(_ key: UInt64) -> Candidates {
        let probe = KeyFilter.Probe(key)
        return memory.withLock { memory in
            var runs: [Int64] = []
            for run in memory.runs.reversed() where run.filter?.mayHold(probe) != false { runs.append(run.id) }
            return Candidates(rows: memory.recent.rows(key), runs: runs, reach: memory.reach)
        }
    }

    private func row(of ticketID: String, _ key: UInt64, _ candidates: Candidates, _ db: Database) throws -> Int64? {
        for row in candidates.rows where try Self.isTicket(row, ticketID, db) { return row }
        for run in candidates.runs {
            for row in try TicketRun.rows(key, in: run, db) where try Self.isTicket(row, ticketID, db) { return row }
        }
        return nil
    }

    private static func isTicket(_ row: Int64, _ ticketID: String, _ db: Database) throws -> Bool {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT 1 FROM ticket WHERE id = ? AND ticket_id = ?"), arguments: [row, ticketID])
            != nil
    }

    /// Reads what came since the last look. A filter is 128 KiB: for the few look-ups of a command it asks every run.
    private func follow(_ db: Database) throws {
        let (run, read) = memory.withLock { ($0.runs.last?.id ?? 0, max($0.read, $0.reach)) }
        let runs = try TicketRun.all(behind: run, withFilters: false, db)
        let entries = try TicketEntry.of(db, after: max(read, runs.last?.last ?? 0), key: key)
        memory.withLock { memory in
            memory.adopt(runs)
            memory.add(entries)
        }
    }

    // MARK: Making runs

    /// Until its task is cancelled.
    func run(_ store: Store, logger: Logger) async throws {
        while true {
            do {
                try await extend(store)
            } catch {
                if Task.isCancelled { throw error }
                logger.error("the index of tickets could not be extended", metadata: ["error": "\(error)"])
            }
            await isDue.wait(upTo: .seconds(60))
            try Task.checkCancellation()
        }
    }

    /// Makes the runs that are due, each in a transaction that it may share with admissions. Their tickets may be in it:
    /// they are committed with it or not at all, and what an admission undoes by itself is undone before or comes after.
    /// Memory follows only when the run is durable: until then it has its tickets itself.
    func extend(_ store: Store) async throws {
        while true {
            let made = try await store.commit { try self.writeRuns($0) }
            if made.isEmpty { return }
            adopt(made)
        }
    }

    /// What is durable now is no longer kept in memory.
    func adopt(_ made: [TicketRun]) {
        memory.withLock { $0.adopt(made) }
    }

    /// - Returns: what memory does not know: the next run, or runs that stand there already. One whose commit was said to
    ///   have failed may.
    func writeRuns(_ db: Database) throws -> [TicketRun] {
        let last = memory.withLock { $0.runs.last }
        let known = try TicketRun.all(behind: last?.id ?? 0, withFilters: true, db)
        if !known.isEmpty { return known }
        return try TicketRun.write(behind: last, size: runSize, key: key, db).map { [$0] } ?? []
    }
}
