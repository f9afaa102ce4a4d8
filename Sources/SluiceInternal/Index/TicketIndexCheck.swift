internal import GRDB
public import SluiceStore

extension InternalInvariants {
    /// Whether every ticket is found by its id, and none twice. Reads run by run; needs 24 bytes of memory for a
    /// ticket: 16 for its key and row, and half of that while they are sorted.
    public static func ticketIndex(_ reader: StoreReader) throws -> [StoreFinding] {
        try TicketIndexCheck(reader: reader).run()
    }
}

/// Holds the index of tickets against the tickets.
struct TicketIndexCheck {
    /// Findings of one kind that are told.
    private static let most = 20

    let reader: StoreReader
    var key: (String) -> UInt64 = TicketKey.of

    func run() throws -> [StoreFinding] {
        let runs = try reader.read { try TicketRun.all(withFilters: true, $0) }
        var (findings, entries): ([StoreFinding], [TicketEntry]) = ([], [])
        // An array that grows is there twice meanwhile.
        entries.reserveCapacity(try reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM ticket") ?? 0 })
        for run in runs {
            let found = try reader.read { try compare(run, $0) }
            findings += found.findings
            entries += found.tickets
        }
        // A run that was made meanwhile holds these.
        entries += try reader.read { try TicketEntry.of($0, after: runs.last?.last ?? 0, key: key) }
        entries.sort()
        return findings + (try doubles(among: entries))
    }

    private func compare(_ run: TicketRun, _ db: Database) throws -> (findings: [StoreFinding], tickets: [TicketEntry])
    {
        let tickets = try TicketEntry.of(db, after: run.first - 1, through: run.last, key: key)
        let held = Set(
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT key, ticket FROM ticket_key WHERE run = ?"), arguments: [run.id]
            ).map { TicketEntry(key: UInt64(bitPattern: $0[0]), row: $0[1]) })
        let missing = tickets.filter { !held.contains($0) }
        let strangers = held.subtracting(tickets).sorted()
        let hidden = run.filter.map { filter in tickets.filter { !filter.mayHold(KeyFilter.Probe($0.key)) } }
        return (
            findings("index.key", "a ticket is not in its run", missing, run)
                + findings("index.stranger", "a run has a key that no ticket of it has", strangers, run)
                + (hidden.map { findings("index.filter", "a run's filter hides a ticket", $0, run) } ?? [damaged(run)]),
            tickets
        )
    }

    private func findings(_ code: String, _ text: String, _ entries: [TicketEntry], _ run: TicketRun) -> [StoreFinding]
    {
        entries.prefix(Self.most).map { StoreFinding(code, "\(text): run \(run.id), ticket row \($0.row)") }
    }

    /// It hides nothing: such a run is asked for each ticket.
    private func damaged(_ run: TicketRun) -> StoreFinding {
        StoreFinding("index.filter", "a run's filter is damaged: run \(run.id)")
    }

    /// Keys may be shared, ids not.
    private func doubles(among sorted: [TicketEntry]) throws -> [StoreFinding] {
        var findings: [StoreFinding] = []
        var start = 0
        while start < sorted.count, findings.count < Self.most {
            let end = sorted[start...].firstIndex { $0.key != sorted[start].key } ?? sorted.count
            if end - start > 1 { findings += try doubles(sorted[start..<end].map(\.row)) }
            start = end
        }
        return findings
    }

    private func doubles(_ rows: [Int64]) throws -> [StoreFinding] {
        let ids = try reader.read { db in
            try rows.compactMap {
                try String.fetchOne(db, sql: "SELECT ticket_id FROM ticket WHERE id = ?", arguments: [$0])
            }
        }
        return Dictionary(grouping: ids) { Array($0.utf8) }.values.filter { $0.count > 1 }
            .map { StoreFinding("ticket.twice", "\($0.count) tickets have one id: \($0[0])") }
    }
}
