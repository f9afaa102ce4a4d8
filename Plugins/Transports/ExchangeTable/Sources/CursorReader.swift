internal import SluiceSDK
internal import Synchronization
internal import TableKit

/// Reads rows in the order of `since`.
///
/// In PostgreSQL a row may appear behind the cursor: its number was drawn, or its time taken, in a transaction that
/// commits after ours has read further. So the ground behind the cursor is walked once more when every transaction that
/// was at work during the reading has ended; only then does the floor rise, which a restart goes back to.
final class CursorReader: TableReader {
    /// What is taken over when a message is settled.
    private struct Step {
        var number: Int
        var position: CursorPosition
        var seen: [[TableValue]]
        /// Where the second walk is.
        var again: [TableValue]?
    }

    private struct State {
        var number = 0
        var position: CursorPosition
        /// What was handed over above the floor.
        var seen: Set<[TableValue]> = []
        /// How far the second walk goes, and whom it waits for.
        var mark: (end: [TableValue], waitsFor: Set<String>)?
        var again: [TableValue]?
        var step: Step?
    }

    /// More than this is not remembered: then the second walk gives everything again, which the journal absorbs.
    private static let mostSeen = 200_000

    private let rule: CursorRule
    private let limits: BatchLimits
    private let address: TableAddress
    private let watch = ColumnWatch("the query")
    private let state: Mutex<State>

    init(_ rule: CursorRule, _ limits: BatchLimits, _ address: TableAddress, checkpoint: String?) throws {
        (self.rule, self.limits, self.address) = (rule, limits, address)
        let position = Result { try CursorPosition(checkpoint: checkpoint, columns: rule.columns.count) }
        broken = if case .failure(let error) = position { error as? PluginError } else { nil }
        state = Mutex(State(position: (try? position.get()) ?? CursorPosition()))
    }

    /// A checkpoint that does not fit is said when the channel starts; no file of the configuration is wrong.
    private let broken: PluginError?

    var origin: String { "since \(rule.columns[0])" }

    func begin(_ connection: TableConnection) async throws {
        if let broken { throw broken }
        state.withLock { state in
            state.step = nil
            state.again = nil
            state.mark = nil
        }
        guard address.isPostgres else { return }
        let isReplica = try await connection.run { try $0.texts("SELECT pg_is_in_recovery()") == ["t"] }
        guard !isReplica else {
            throw PluginError(
                .misconfigured, "exchange-table.replica",
                "\(address) is a replica, which cannot tell which transactions are still at work; name the primary in "
                    + "'url'")
        }
    }

    func take(_ connection: TableConnection) async throws -> TakenRows? {
        try await connection.run { [self] session in
            do {
                if let late = try takeLate(session) { return late }
                return try takeNew(session)
            } catch let error as TableError {
                throw watch.explained(error)
            }
        }
    }

    func settle(_ taken: TakenRows, _ outcome: MessageOutcome, _ connection: TableConnection) async throws {
        state.withLock { state in
            guard let step = state.step, step.number == taken.number else { return }
            state.position = step.position
            state.again = step.again
            state.seen.formUnion(step.seen)
            if state.seen.count > Self.mostSeen { state.seen = [] }
            state.step = nil
        }
    }

    // MARK: Forwards

    private func takeNew(_ session: any TableSession) throws -> TakenRows? {
        let position = state.withLock { $0.position }
        var taken = try read(after: position.at, upTo: nil, session)
        var moved = position
        if let last = taken.keys.last { moved.at = last }
        // Asked after the reading, so that nobody who was at work during it is left out.
        try setMark(at: position.at, session)
        guard !taken.keys.isEmpty else { return nil }
        if !address.isPostgres { moved.floor = moved.at }
        hand(&taken, moved, again: state.withLock { $0.again })
        return taken
    }

    /// One at a time: the ground up to what has been settled.
    private func setMark(at end: [TableValue]?, _ session: any TableSession) throws {
        guard address.isPostgres, let end else { return }
        let wantsOne = state.withLock { $0.mark == nil && $0.position.floor != end }
        guard wantsOne else { return }
        let others = Set(try session.texts(Self.transactions))
        state.withLock { state in
            state.mark = (end, others)
            state.again = nil
        }
    }

    /// Transactions of others that are at work in this database, by names that are never used twice; every user may
    /// read them.
    private static let transactions = """
        SELECT l.virtualtransaction FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid()
            AND (a.datname IS NULL OR a.datname = current_database())
        UNION ALL SELECT 'prepared ' || gid FROM pg_prepared_xacts WHERE database = current_database()
        """

    // MARK: Once more

    private func takeLate(_ session: any TableSession) throws -> TakenRows? {
        let (mark, position) = state.withLock { ($0.mark, $0.position) }
        guard let mark else { return nil }
        if !mark.waitsFor.isEmpty {
            let left = mark.waitsFor.intersection(try session.texts(Self.transactions))
            state.withLock { $0.mark?.waitsFor = left }
            guard left.isEmpty else { return nil }
        }
        while true {
            let start = state.withLock { $0.again } ?? position.floor
            let (found, last, isAll) = try readUnseen(after: start, upTo: mark.end, session)
            if !found.keys.isEmpty {
                var taken = found
                hand(&taken, position, again: last)
                return taken
            }
            guard !isAll else { break }
            state.withLock { $0.again = last }
        }
        state.withLock { state in
            state.position.floor = mark.end
            state.mark = nil
            state.again = nil
            // Nothing is at work, so what was seen up to here is never asked about again.
            if state.position.at == mark.end { state.seen = [] }
        }
        return nil
    }

    /// - Returns: rows that were not handed over yet, the last row that was looked at, and whether it was the last.
    private func readUnseen(
        after: [TableValue]?, upTo: [TableValue], _ session: any TableSession
    ) throws -> (TakenRows, [TableValue]?, Bool) {
        var collector = RowCollector(limits)
        var (last, count, isFull) = (after, 0, false)
        let (sql, values) = rule.statement(after: after, upTo: upTo, most: limits.rows, session)
        try session.transaction(.reading) {
            try session.select(sql, values) { columns in
                try watch.check(columns)
                try collector.tell(columns, keys: rule.columns)
            } row: { row in
                let key = collector.key(of: row)
                if !state.withLock({ $0.seen.contains(key) }) {
                    let before = collector.taken.keys.count
                    let hasRoom = collector.add(row)
                    if collector.taken.keys.count == before {
                        isFull = true
                        return false
                    }
                    if !hasRoom { isFull = true }
                }
                count += 1
                last = key
                return !isFull
            }
        }
        return (collector.taken, last, !isFull && count < limits.rows)
    }

    private func read(
        after: [TableValue]?, upTo: [TableValue]?, _ session: any TableSession
    ) throws -> TakenRows {
        var collector = RowCollector(limits)
        let (sql, values) = rule.statement(after: after, upTo: upTo, most: limits.rows, session)
        try session.transaction(.reading) {
            try session.select(sql, values) { columns in
                try watch.check(columns)
                try collector.tell(columns, keys: rule.columns)
            } row: { row in
                collector.add(row)
            }
        }
        return collector.taken
    }

    private func hand(_ taken: inout TakenRows, _ position: CursorPosition, again: [TableValue]?) {
        taken.checkpoint = position.checkpoint
        taken.number = state.withLock { state in
            state.number += 1
            state.step = Step(
                number: state.number, position: position, seen: address.isPostgres ? taken.keys : [], again: again)
            return state.number
        }
    }
}
