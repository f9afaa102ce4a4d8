internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// What internal.db lets go of: acknowledged outbox rows, and closed cases where the configuration says for how long they
/// stay. Of a closed case its ticket id, its numbers, the days and all counts remain.
struct InternalRetention: Sendable {
    let store: Store
    /// nil keeps closed cases for ever.
    let cases: Duration?
    /// How long what the relay has acknowledged can be sent again.
    let window: Duration
    /// Nothing goes outward from here: what became of a reply is never heard.
    var isOneWay = false
    let clock: @Sendable () -> Timestamp

    /// Batches or items of one transaction; and cases, which are larger.
    static let batch = 500
    static let caseBatch = 50

    var steps: [Housekeeping.Step] { [forget, dropItems, dropCases] }

    private func cutoff(_ age: Duration) -> Int64 { clock().milliseconds - age.components.seconds * 1000 }

    @Sendable func forget() async throws -> Bool {
        let time = Timestamp(milliseconds: cutoff(window))
        return try await store.commit { db in
            try Outbox.forget(.internalToRelay, acknowledgedBefore: time, limit: Self.batch, in: db) == Self.batch
        }
    }

    /// Replies that the external side has. One that is on the way or held stays: its receipt names it by its number.
    @Sendable func dropItems() async throws -> Bool {
        let open = isOneWay ? "" : "AND coalesce(reply.state, 'gone') NOT IN ('offered', 'held')"
        return try await store.commit { db in
            let end = try Outbox.forgotten(of: .internalToRelay, in: db)
            try db.execute(
                sql: """
                    DELETE FROM outbox WHERE id IN (
                        SELECT outbox.id FROM outbox LEFT JOIN reply ON reply.id = outbox.reference
                        WHERE stream = ? AND type = 1 AND outbox.id <= ? \(open) LIMIT ?)
                    """, arguments: [BoundaryStream.internalToRelay.name, end, Self.batch])
            let count = db.changesCount
            try db.execute(
                sql:
                    "DELETE FROM renumbered WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = renumbered.outbox)"
            )
            return count == Self.batch
        }
    }

    @Sendable func dropCases() async throws -> Bool {
        guard let cases else { return false }
        let (time, now, isOneWay) = (cutoff(max(cases, window)), clock(), isOneWay)
        return try await store.commit { db in
            let pruning = try CasePruning(db, isOneWay: isOneWay)
            let rows = try Int64.fetchCursor(
                db,
                sql: """
                    SELECT id FROM ticket WHERE status = 'closed' AND pruned_at IS NULL
                    AND (SELECT max(at) FROM timeline WHERE timeline.ticket = ticket.id) < ? ORDER BY id
                    """,
                arguments: [time])
            var found: [Int64] = []
            while found.count < Self.caseBatch, let ticket = try rows.next() {
                if try pruning.isSettled(ticket) { found.append(ticket) }
            }
            for ticket in found { try pruning.prune(ticket, at: now) }
            return found.count == Self.caseBatch
        }
    }
}
