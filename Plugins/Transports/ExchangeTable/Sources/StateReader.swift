internal import SluiceSDK
internal import Synchronization
internal import TableKit

/// Takes rows whose state column says so, and writes back what became of them once the journal has them.
///
/// In PostgreSQL the rows are locked from the reading to the writing back, so that other readers pass them by; the lock
/// ends with the connection, so a claim never outlives its process. In SQLite a claim is a column with a time, where
/// there are several readers.
final class StateReader: TableReader {
    private struct State {
        var number = 0
        /// The take whose rows are locked now.
        var locked: Int?
        var settled = 0
    }

    private let rule: StateRule
    private let limits: BatchLimits
    private let address: TableAddress
    private let zone: Zone
    private let clock: @Sendable () -> Timestamp
    private let watch: ColumnWatch
    private let state = Mutex(State())
    /// Who claims; another one in every process.
    private let name = Hex.encode((0..<8).map { _ in UInt8.random(in: 0...255) })

    init(
        _ rule: StateRule, _ limits: BatchLimits, _ address: TableAddress, zone: Zone,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        (self.rule, self.limits, self.address, self.zone, self.clock) = (rule, limits, address, zone, clock)
        watch = ColumnWatch("table \(rule.table)")
    }

    var origin: String { rule.table.description }

    func begin(_ connection: TableConnection) async throws {
        state.withLock { $0.locked = nil }
        try await connection.run { [self] session in
            let names = try columns(session)
            for needed in rule.key + rule.own.sorted() where !names.contains(needed) {
                throw PluginError(
                    .misconfigured, "exchange-table.columns",
                    "table \(rule.table) has no column '\(needed)'; it has \(names.joined(separator: ", "))")
            }
        }
    }

    func take(_ connection: TableConnection) async throws -> TakenRows? {
        try await connection.run { [self] session in
            // What was handed over and not settled is offered again.
            session.rollBack()
            session.keepsTransaction = false
            state.withLock { $0.locked = nil }
            do {
                return try take(session)
            } catch let error as TableError {
                throw watch.explained(error)
            }
        }
    }

    func settle(_ taken: TakenRows, _ outcome: MessageOutcome, _ connection: TableConnection) async throws {
        guard state.withLock({ $0.settled < taken.number }) else { return }
        try await connection.run { [self] session in
            let isLocked = state.withLock { $0.locked == taken.number }
            if !isLocked {
                session.rollBack()
                try session.begin(.writing)
            }
            do {
                try write(back: RowResults(taken, outcome), taken, from: rule.from, session)
                try session.commit()
            } catch {
                session.rollBack()
                throw error
            }
            session.keepsTransaction = false
            state.withLock { state in
                state.locked = nil
                state.settled = taken.number
            }
        }
    }

    func correct(_ bytes: [UInt8], _ outcome: MessageOutcome, _ connection: TableConnection) async throws -> Bool {
        var taken = TakenRows()
        taken.keys = RowKeys(rule.key).all(in: bytes)
        let count = try await connection.run { [self, taken] session in
            try session.begin(.writing)
            do {
                let count = try write(back: RowResults(taken, outcome), taken, from: rule.failed, session)
                try session.commit()
                return count
            } catch {
                session.rollBack()
                throw error
            }
        }
        guard count > 0 else {
            throw PluginError(
                .rejected, "exchange-table.row-gone",
                "table \(rule.table) has no such row any more that says it failed; nothing was written to it")
        }
        return true
    }

    /// The table's columns, as they are now.
    private func columns(_ session: any TableSession) throws -> [String] {
        var names: [String] = []
        try session.select("SELECT * FROM \(rule.table.quoted) LIMIT 0", []) { columns in
            names = columns.map(\.name)
            try watch.check(columns)
        } row: { _ in
            false
        }
        return names
    }

    private func take(_ session: any TableSession) throws -> TakenRows? {
        try session.begin(rule.claimColumn != nil || address.isPostgres ? .writing : .reading)
        do {
            let names = try columns(session)
            var collector = RowCollector(limits)
            let (sql, values) = selection(names, session)
            try session.select(sql, values) { columns in
                try collector.tell(columns, keys: rule.key, hidden: rule.own)
            } row: { row in
                collector.add(row)
            }
            var taken = collector.taken
            guard !taken.keys.isEmpty else {
                try session.commit()
                return nil
            }
            taken.number = state.withLock { state in
                state.number += 1
                return state.number
            }
            try hold(taken, session)
            return taken
        } catch {
            session.rollBack()
            throw error
        }
    }

    private func hold(_ taken: TakenRows, _ session: any TableSession) throws {
        if address.isPostgres {
            session.keepsTransaction = true
            return state.withLock { $0.locked = taken.number }
        }
        if let claim = rule.claimColumn {
            let until = clock().milliseconds + rule.claimFor.milliseconds
            for key in taken.keys {
                try session.execute(
                    "UPDATE \(rule.table.quoted) SET \(TableName.quoted(claim)) = ?1 WHERE "
                        + whereKey(session, from: 2), [.text("\(until) \(name)")] + key)
            }
        }
        try session.commit()
    }

    private func selection(_ names: [String], _ session: any TableSession) -> (String, [TableValue]) {
        let columns = names.map(TableName.quoted).joined(separator: ", ")
        let order = rule.key.map(TableName.quoted).joined(separator: ", ")
        var sql = "SELECT \(columns) FROM \(rule.table.quoted) WHERE \(TableName.quoted(rule.stateColumn)) = "
        sql += session.parameter(1)
        var values = [rule.from]
        if let claim = rule.claimColumn {
            // The claim begins with the time at which it ends.
            let column = TableName.quoted(claim)
            sql += " AND (\(column) IS NULL OR CAST(\(column) AS INTEGER) < ?2 OR \(column) LIKE ?3)"
            values += [.integer(clock().milliseconds), .text("% \(name)")]
        }
        sql += " ORDER BY \(order) LIMIT \(limits.rows)"
        return (sql + (address.isPostgres ? " FOR UPDATE SKIP LOCKED" : ""), values)
    }

    /// A row that somebody has put into another state meanwhile stays as it is.
    /// - Parameter state: what rows say that are written to.
    /// - Returns: how many they are.
    @discardableResult
    private func write(
        back results: RowResults, _ taken: TakenRows, from state: TableValue, _ session: any TableSession
    ) throws -> Int {
        var columns = [rule.stateColumn]
        columns += [rule.ticketColumn, rule.errorColumn, rule.timeColumn, rule.claimColumn].compactMap { $0 }
        let set = columns.enumerated().map { TableName.quoted($0.element) + " = " + session.parameter($0.offset + 1) }
        let sql =
            "UPDATE \(rule.table.quoted) SET \(set.joined(separator: ", ")) WHERE "
            + whereKey(session, from: columns.count + 1)
            + " AND \(TableName.quoted(rule.stateColumn)) = \(session.parameter(columns.count + rule.key.count + 1))"
        let now = clock().rfc3339(in: zone)
        var count = 0
        for (key, result) in zip(taken.keys, results.rows) {
            var values = [result.error == nil ? rule.to : rule.failed]
            if rule.ticketColumn != nil { values.append(result.ticketID.map(TableValue.text) ?? .null) }
            if rule.errorColumn != nil { values.append(result.error.map(TableValue.text) ?? .null) }
            if rule.timeColumn != nil { values.append(.text(now)) }
            if rule.claimColumn != nil { values.append(.null) }
            count += try session.execute(sql, values + key + [state])
        }
        return count
    }

    private func whereKey(_ session: any TableSession, from first: Int) -> String {
        rule.key.enumerated().map { TableName.quoted($0.element) + " = " + session.parameter(first + $0.offset) }
            .joined(separator: " AND ")
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
