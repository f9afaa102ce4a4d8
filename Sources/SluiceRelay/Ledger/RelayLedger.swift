internal import GRDB
public import SluiceSDK
public import SluiceStore

/// Item attempts as the relay counted them, by day of their making.
public final class RelayLedger: Sendable {
    /// For one channel and one producer; `released + held + rejected` is all that came.
    public struct Count: Sendable, Equatable {
        public var producer: String
        public var channelID: String
        public var kind: String
        public var released = 0
        public var held = 0
        public var rejected = 0
        /// Of the released ones, those that the far side has receipted.
        public var taken = 0

        public var received: Int { released + held + rejected }
    }

    private let store: Store
    private let zone: Zone

    public init(store: Store, zone: Zone) {
        self.store = store
        self.zone = zone
    }

    /// - Parameter day: `2026-01-05`, in the gateway's time zone.
    public func counts(day: String) async throws -> [Count] {
        guard let span = Self.span(of: day, in: zone) else {
            throw DeskError("ledger.day", "'\(day)' is not a day like 2026-01-05")
        }
        return try await counts(from: span.lowerBound, to: span.upperBound, kept: day)
    }

    /// Over everything that was ever here.
    public func counts() async throws -> [Count] {
        try await counts(from: Timestamp(milliseconds: .min), to: Timestamp(milliseconds: .max), kept: nil)
    }

    /// - Parameter kept: the day whose counts of dropped items belong to it; all when nil.
    private func counts(from start: Timestamp, to end: Timestamp, kept: String?) async throws -> [Count] {
        try await store.read { db in
            let rows = try Row.fetchCursor(
                db, sql: Self.query,
                arguments: ["start": start.milliseconds, "end": end.milliseconds, "day": kept])
            var counts: [Count] = []
            while let row = try rows.next() { Self.add(row, to: &counts) }
            return counts
        }
    }

    /// One row for each item: producer, channel, kind, decision, whether it was taken, when it was made.
    ///
    /// A person's decision, if there is one, prevails over the checks' one, which stands beside the item.
    static let items = """
        SELECT producer, channel_id, kind, coalesce(
            (SELECT decision FROM verdict WHERE is_late = 1 AND verdict.producer = item.producer
                AND verdict.epoch = item.epoch AND verdict.first = item.number ORDER BY id DESC LIMIT 1),
            decision) AS now,
            coalesce((SELECT first FROM receipt WHERE receipt.producer = item.producer
                AND receipt.epoch = item.epoch AND receipt.last >= item.number ORDER BY receipt.last LIMIT 1)
                <= item.number, 0) AS taken, created_at
        FROM item
        """

    private static let query = """
        SELECT producer, channel_id, kind, now, sum(items), sum(taken) FROM (
            SELECT producer, channel_id, kind, now, 1 AS items, taken FROM (\(items)
                WHERE created_at >= :start AND created_at < :end)
            UNION ALL SELECT producer, channel_id, kind, decision, items, taken FROM day_count
                WHERE :day IS NULL OR day = :day)
        GROUP BY producer, channel_id, kind, now ORDER BY producer, channel_id, kind
        """

    private static func add(_ row: Row, to counts: inout [Count]) {
        let key = Count(producer: row[0], channelID: row[1], kind: row[2])
        if counts.last.map({ $0.producer == key.producer && $0.channelID == key.channelID && $0.kind == key.kind })
            != true
        {
            counts.append(key)
        }
        let index = counts.count - 1
        switch row[3] as String {
        case "released": counts[index].released += row[4] as Int
        case "held": counts[index].held += row[4] as Int
        default: counts[index].rejected += row[4] as Int
        }
        counts[index].taken += row[5] as Int
    }

    static func span(of day: String, in zone: Zone) -> Range<Timestamp>? {
        guard let pattern = try? DatePattern("yyyy-MM-dd"), let start = pattern.parse(day, in: zone),
            start.day(in: zone) == day,
            // A day has 23 to 25 hours: 36 hours later is surely the next one.
            let end = pattern.parse(start.adding(.seconds(36 * 3600)).day(in: zone), in: zone)
        else { return nil }
        return start..<end
    }
}
