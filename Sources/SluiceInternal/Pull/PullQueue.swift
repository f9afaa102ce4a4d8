internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// The queue of a handler that fetches its events itself.
///
/// A lease is an open batch of one event whose `next_at` is when it expires, so that queues, ledgers and timelines read
/// it like any other. It stands in the store: a restart neither loses nor shortens it. Of a ticket one event is leased
/// at a time, the first that is not acknowledged: later ones wait for it.
struct PullQueue: Sendable {
    enum Limits {
        /// Events leased and not acknowledged; with these out, only expired ones are given again.
        static let leases = 5_000
        /// Bytes of tickets in one answer, but always one event.
        static let bytes = 8 << 20
        /// Events looked past in one call because their ticket is leased.
        static let passed = 20_000
    }

    let store: Store
    let handler: RosterEntry

    /// - Returns: `event.id` of what the caller has now, in order.
    func lease(limit: Int, for duration: Duration, at now: Timestamp) async throws -> [Int64] {
        try await store.commit { db in
            guard try !isPaused(db) else { return [] }
            try takeBackBatches(db)
            let leases = try openLeases(db)
            var basket = PullBasket(limit: limit, bytes: Limits.bytes)
            let until = now.adding(duration)
            for lease in leases
            where DueTime.isDue(lease.until, at: now) && basket.take(lease.event, bytes: lease.bytes) {
                try renew(lease, until: until, db)
            }
            let room = Limits.leases - leases.count
            try leaseWaiting(room, besides: Set(leases.map(\.ticket)), into: &basket, until: until, at: now, db)
            return basket.events.sorted()
        }
    }

    /// - Parameter uids: CloudEvents ids. What was acknowledged before is counted again, and changes nothing.
    func acknowledge(_ uids: [String], at now: Timestamp) async throws -> PullSettlement {
        try await store.commit { db in
            var settlement = PullSettlement()
            var tally = LedgerTally()
            for uid in uids {
                guard let lease = try lease(of: uid, db) else {
                    settlement.unknown.append(uid)
                    continue
                }
                if try settle(lease.batch, at: now, db) {
                    settlement.acknowledged += 1
                    tally.add(.deliveriesDelivered, day: lease.day, subject: handler.profile.id)
                } else {
                    settlement.repeated += 1
                }
            }
            try tally.flush(db)
            return settlement
        }
    }

    private func isPaused(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT paused_at IS NOT NULL FROM handler WHERE id = ?"),
            arguments: [handler.key]) ?? false
    }

    // MARK: Leases

    private struct Lease {
        var batch: Int64
        var event: Int64
        var ticket: Int64
        var until: Timestamp
        var bytes: Int
    }

    /// Of the event first made, first.
    private func openLeases(_ db: Database) throws -> [Lease] {
        let batches = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT id, members, next_at FROM delivery_batch WHERE handler = ? AND delivered_at IS NULL"),
            arguments: [handler.key])
        let event = try db.cachedStatement(
            sql:
                "SELECT e.ticket, length(unpacked(r.body)) FROM event e JOIN revision r ON r.id = e.revision WHERE e.id = ?"
        )
        return try batches.compactMap { row -> Lease? in
            guard let id = Blob.unpack(Blob.bytes(row, 1)).first, let about = try Row.fetchOne(event, arguments: [id])
            else { return nil }
            return Lease(
                batch: row[0], event: id, ticket: about[0], until: Timestamp(milliseconds: row[2]), bytes: about[1])
        }.sorted { $0.event < $1.event }
    }

    private func renew(_ lease: Lease, until: Timestamp, _ db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE delivery_batch SET attempts = attempts + 1, next_at = ?, last_error = ? WHERE id = ?"
        ).execute(arguments: [
            until.milliseconds, "[pull.lease-expired] leased and not acknowledged in time; given again", lease.batch,
        ])
    }

    private func leaseWaiting(
        _ room: Int, besides leased: Set<Int64>, into basket: inout PullBasket, until: Timestamp, at now: Timestamp,
        _ db: Database
    ) throws {
        let low = try Int64.fetchOne(db, sql: "SELECT low_water FROM handler WHERE id = ?", arguments: [handler.key])
        var walk = PullWalk(cursor: low ?? 0, held: leased)
        var left = room
        scan: while left > 0, !basket.isFull, walk.passed < Limits.passed {
            let rows = try waiting(after: walk.cursor, limit: 1000, db)
            for row in rows where !walk.isHeld(event: row[0], ticket: row[1]) {
                guard left > 0, basket.take(row[0], bytes: row[3]) else { break scan }
                walk.took(event: row[0], ticket: row[1])
                left -= 1
                try insertLease(event: row[0], uid: row[2], until: until, at: now, db)
            }
            if rows.count < 1000 { break }
        }
        guard walk.lowWater != low else { return }
        try db.cachedStatement(sql: "UPDATE handler SET low_water = ? WHERE id = ?")
            .execute(arguments: [walk.lowWater, handler.key])
    }

    private func waiting(after cursor: Int64, limit: Int, _ db: Database) throws -> [Row] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT d.event, d.ticket, e.uid, length(unpacked(r.body)) FROM delivery d JOIN event e ON e.id = d.event
                    JOIN revision r ON r.id = e.revision
                    WHERE d.handler = ? AND d.event > ? AND d.batch IS NULL ORDER BY d.event LIMIT ?
                    """), arguments: [handler.key, cursor, limit])
    }

    private func insertLease(
        event: Int64, uid: String, until: Timestamp, at now: Timestamp, _ db: Database
    ) throws {
        let id = "lease-" + StableID.make(["lease", handler.profile.id, uid])
        try db.cachedStatement(
            sql: """
                INSERT INTO delivery_batch (handler, batch_id, members, made_at, attempts, next_at)
                VALUES (?, ?, ?, ?, 0, ?)
                """
        ).execute(arguments: [handler.key, id, Blob.pack([event]), now.milliseconds, until.milliseconds])
        let batch = db.lastInsertedRowID
        try db.cachedStatement(sql: "UPDATE delivery SET batch = ? WHERE handler = ? AND event = ?")
            .execute(arguments: [batch, handler.key, event])
        try db.cachedStatement(sql: "INSERT INTO pulled (handler, uid, batch, event) VALUES (?, ?, ?, ?)")
            .execute(arguments: [handler.key, uid, batch, event])
    }

    // MARK: Settling

    private func lease(of uid: String, _ db: Database) throws -> (batch: Int64, day: Day)? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT p.batch, e.day FROM pulled p JOIN event e ON e.id = p.event WHERE p.handler = ? AND p.uid = ?
                    """), arguments: [handler.key, uid])
        return row.map { ($0[0], Day(number: $0[1])) }
    }

    /// - Returns: false when it was acknowledged before.
    private func settle(_ batch: Int64, at now: Timestamp, _ db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE delivery_batch SET delivered_at = ?, last_error = NULL WHERE id = ? AND delivered_at IS NULL
                """
        ).execute(arguments: [now.milliseconds, batch])
        return db.changesCount == 1
    }

    // MARK: A handler that was pushed to before

    /// Batches that a sender has not delivered are undone: their events wait again, under their own ids.
    private func takeBackBatches(_ db: Database) throws {
        let batches = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, members FROM delivery_batch
                    WHERE handler = ? AND delivered_at IS NULL AND batch_id NOT LIKE 'lease-%'
                    """), arguments: [handler.key])
        for row in batches {
            let events = Blob.unpack(Blob.bytes(row, 1))
            for event in events {
                try db.execute(
                    sql: "UPDATE delivery SET batch = NULL WHERE handler = ? AND event = ?",
                    arguments: [handler.key, event])
            }
            try db.execute(sql: "DELETE FROM delivery_batch WHERE id = ?", arguments: [row[0] as Int64])
            try db.execute(
                sql: "UPDATE handler SET low_water = min(low_water, ?) WHERE id = ?",
                arguments: [(events.min() ?? 1) - 1, handler.key])
        }
    }
}
