internal import GRDB
public import SluiceStore

/// What the internal side counted, day by day of `received_at`.
public struct InternalLedger: Sendable {
    let store: Store

    public init(store: Store) {
        self.store = store
    }

    /// Days that have counts, ascending.
    public func days() async throws -> [Day] {
        try await store.read { db in
            try Int.fetchAll(db, sql: "SELECT DISTINCT day FROM counter ORDER BY day").map(Day.init(number:))
        }
    }

    public func day(_ day: Day) async throws -> LedgerDay {
        try await store.read { db in try LedgerDay(day, db) }
    }
}

/// One day's counts, and what is still on its way, counted from the queues themselves so that the two can disagree.
public struct LedgerDay: Sendable, Equatable {
    public var day: Day
    /// By name, then by channel or handler.
    public private(set) var counts: [LedgerName: [String: Int]] = [:]
    /// Event × handler not delivered, by handler, of those that are not paused.
    public private(set) var deliveriesInFlight: [String: Int] = [:]
    /// The same of those that are.
    public private(set) var deliveriesPaused: [String: Int] = [:]
    /// Replies without an answer of their source, by channel.
    public private(set) var repliesInFlight: [String: Int] = [:]

    public func count(_ name: LedgerName, _ subject: String? = nil) -> Int {
        guard let subject else { return counts[name]?.values.reduce(0, +) ?? 0 }
        return counts[name]?[subject] ?? 0
    }

    /// Released items that were admitted as something: what the boundary's side has to equal.
    public func admitted(_ channel: String? = nil) -> Int {
        count(.itemsOpened, channel) + count(.itemsRevised, channel) + count(.itemsSuperseded, channel)
    }

    /// Sentences about what does not add up; empty when all is well.
    public var imbalances: [String] {
        let handlers = Set(counts[.deliveriesMade]?.keys.map { $0 } ?? []).union(deliveriesInFlight.keys)
            .union(deliveriesPaused.keys)
        let channels = Set(counts[.repliesOffered]?.keys.map { $0 } ?? []).union(repliesInFlight.keys)
        return handlers.sorted().compactMap(deliveryImbalance) + channels.sorted().compactMap(replyImbalance)
    }

    private func deliveryImbalance(_ handler: String) -> String? {
        let made = count(.deliveriesMade, handler)
        let (delivered, inFlight) = (count(.deliveriesDelivered, handler), deliveriesInFlight[handler] ?? 0)
        let paused = deliveriesPaused[handler] ?? 0
        guard made != delivered + inFlight + paused else { return nil }
        return "\(day) deliveries to \(handler): made \(made), delivered \(delivered), in flight \(inFlight), "
            + "paused \(paused)"
    }

    private func replyImbalance(_ channel: String) -> String? {
        let offered = count(.repliesOffered, channel)
        let settled =
            count(.repliesAcknowledged, channel) + count(.repliesFailed, channel)
            + count(.repliesNotWanted, channel)
        let inFlight = repliesInFlight[channel] ?? 0
        guard offered != settled + inFlight else { return nil }
        return "\(day) replies to \(channel): offered \(offered), settled \(settled), in flight \(inFlight)"
    }

    init(_ day: Day, _ db: Database) throws {
        self.day = day
        for row in try Row.fetchAll(
            db, sql: "SELECT name, subject, count FROM counter WHERE day = ?", arguments: [day.number])
        {
            guard let name = LedgerName(rawValue: row[0]) else { continue }
            counts[name, default: [:]][row[1]] = row[2]
        }
        let undelivered = try Self.undelivered(day, db)
        let paused = Set(try String.fetchAll(db, sql: "SELECT name FROM handler WHERE paused_at IS NOT NULL"))
        deliveriesInFlight = undelivered.filter { !paused.contains($0.key) }
        deliveriesPaused = undelivered.filter { paused.contains($0.key) }
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT c.name, count(*) FROM reply r JOIN ticket t ON t.id = r.ticket JOIN channel c ON c.id = t.channel
                WHERE t.day = ? AND r.state IN ('offered', 'held', 'sent') GROUP BY c.name
                """, arguments: [day.number])
        {
            repliesInFlight[row[0]] = row[1]
        }
    }

    private static func undelivered(_ day: Day, _ db: Database) throws -> [String: Int] {
        var found: [String: Int] = [:]
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT h.name, count(*) FROM handler h JOIN delivery d ON d.handler = h.id AND d.event > h.low_water
                JOIN event e ON e.id = d.event WHERE d.batch IS NULL AND e.day = ? GROUP BY h.name
                """, arguments: [day.number])
        {
            found[row[0], default: 0] += row[1] as Int
        }
        let dayOf = try db.cachedStatement(sql: "SELECT day FROM event WHERE id = ?")
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT h.name, b.members FROM delivery_batch b JOIN handler h ON h.id = b.handler
                WHERE b.delivered_at IS NULL
                """)
        {
            for event in Blob.unpack(Blob.bytes(row, 1))
            where try Int.fetchOne(dayOf, arguments: [event]) == day.number {
                found[row[0], default: 0] += 1
            }
        }
        return found
    }
}
