internal import GRDB
internal import SluiceBoundary
public import SluiceSDK
public import SluiceStore

/// What the external side knows of its items beyond the border.
public struct ForwardQuery: Sendable {
    private let store: Store

    public init(store: Store) {
        self.store = store
    }

    /// Ticket items without a verdict yet, by day of `received_at` and channel.
    /// - Parameter day: turns a row's milliseconds into the gateway's day.
    public func waiting(day: @Sendable @escaping (Int64) -> String) async throws -> [String: [String: Int]] {
        try await store.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT channel_id, created_at FROM outbox WHERE stream = ? AND kind LIKE 'ticket.%' AND NOT EXISTS (
                        SELECT 1 FROM item_fate WHERE item_fate.epoch = outbox.epoch AND item_fate.last >= outbox.number
                        AND item_fate.first <= outbox.number)
                    """, arguments: [BoundaryStream.externalToRelay.name])
            var counts: [String: [String: Int]] = [:]
            while let row = try rows.next() { counts[day(row[1]), default: [:]][row[0], default: 0] += 1 }
            return counts
        }
    }

    /// The latest revision of every ticket that a channel brought on a day: milliseconds from and to.
    public func tickets(channel: String, from: Int64, to: Int64) async throws -> [(ticketID: String, revision: Int)] {
        let found = try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT ticket_id, revision FROM ticket JOIN channel ON channel.id = ticket.channel
                    WHERE channel.name = ? AND received_at >= ? AND received_at < ?
                    """, arguments: [channel, from, to]
            ).map { KnownTicket(ticketID: $0[0], revision: $0[1]) }
        }
        return found.map { ($0.ticketID, $0.revision) }
    }

    /// From the day of its backup to the day of its restoration, for every time that this store was restored.
    public func restorations(
        day: @Sendable @escaping (Timestamp) -> String
    ) async throws -> [ClosedRange<String>] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT backup_at, at FROM restoration").map { row in
                let (first, last) = (Timestamp(milliseconds: row[0]), Timestamp(milliseconds: row[1]))
                return day(min(first, last))...day(max(first, last))
            }
        }
    }

    private struct KnownTicket: Sendable {
        var ticketID: String
        var revision: Int
    }
}
