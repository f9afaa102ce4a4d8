internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// One handler's queue in the store. Nothing undelivered is ever deleted.
struct DeliveryQueue: Sendable {
    let store: Store
    let handler: RosterEntry

    /// Where to begin to look, and the batches that were made and not delivered.
    ///
    /// Whether a batch was being sent when the process ended is not known; it is sent again under the same id and
    /// counted as repeated.
    func recover(at now: Timestamp) async throws -> (lowWater: Int64, open: [OpenBatch]) {
        let (key, id) = (handler.key, handler.profile.id)
        return try await store.commit { db in
            let repeats = try Row.fetchAll(
                db,
                sql: """
                    UPDATE delivery_batch SET attempts = attempts + 1
                    WHERE handler = ? AND delivered_at IS NULL AND next_at <= ? RETURNING members
                    """, arguments: [key, now.milliseconds])
            var tally = LedgerTally()
            for row in repeats {
                for event in Blob.unpack(Blob.bytes(row, 0)) {
                    let day = try Int.fetchOne(db, sql: "SELECT day FROM event WHERE id = ?", arguments: [event]) ?? 0
                    tally.add(.deliveriesRepeated, day: Day(number: day), subject: id)
                }
            }
            try tally.flush(db)
            let low = try Int64.fetchOne(db, sql: "SELECT low_water FROM handler WHERE id = ?", arguments: [key]) ?? 0
            return (low, try openBatches(db))
        }
    }

    /// What a person may have changed: whether the handler is paused, and when each open batch is due.
    func orders() async throws -> (isPaused: Bool, due: [Int64: Timestamp]) {
        let key = handler.key
        return try await store.read { db in
            let isPaused = try Bool.fetchOne(
                db, sql: "SELECT paused_at IS NOT NULL FROM handler WHERE id = ?", arguments: [key])
            let batches = try Row.fetchAll(
                db, sql: "SELECT id, next_at FROM delivery_batch WHERE handler = ? AND delivered_at IS NULL",
                arguments: [key])
            let due = batches.map { ($0[0] as Int64, Timestamp(milliseconds: $0[1])) }
            return (isPaused ?? false, Dictionary(due) { first, _ in first })
        }
    }

    /// Waiting events behind `cursor`, in order.
    func waiting(after cursor: Int64, limit: Int) async throws -> [WaitingDelivery] {
        let key = handler.key
        return try await store.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT d.event, d.ticket, e.uid, e.at FROM delivery d JOIN event e ON e.id = d.event
                    WHERE d.handler = ? AND d.event > ? AND d.batch IS NULL ORDER BY d.event LIMIT ?
                    """)
            return try Row.fetchAll(statement, arguments: [key, cursor, limit]).map {
                WaitingDelivery(event: $0[0], ticket: $0[1], uid: $0[2], at: Timestamp(milliseconds: $0[3]))
            }
        }
    }

    /// Fixes the members of batches, before the first of them is sent.
    func open(_ batches: [[WaitingDelivery]], lowWater: Int64, at now: Timestamp) async throws -> [OpenBatch] {
        try await store.commit { db in
            let made = try batches.map { try open($0, at: now, db) }
            try db.cachedStatement(sql: "UPDATE handler SET low_water = ? WHERE id = ?")
                .execute(arguments: [lowWater, handler.key])
            return made
        }
    }

    func delivered(_ batch: OpenBatch, at now: Timestamp) async throws {
        try await store.commit { db in
            try db.cachedStatement(sql: "UPDATE delivery_batch SET delivered_at = ?, last_error = NULL WHERE id = ?")
                .execute(arguments: [now.milliseconds, batch.id])
            var tally = LedgerTally()
            let day = try db.cachedStatement(sql: "SELECT day FROM event WHERE id = ?")
            for event in batch.events {
                let number = try Int.fetchOne(day, arguments: [event]) ?? 0
                tally.add(.deliveriesDelivered, day: Day(number: number), subject: handler.profile.id)
            }
            try tally.flush(db)
        }
    }

    /// - Parameter error: for ops; no personal data.
    func failed(_ batch: OpenBatch, error: String, nextAt: Timestamp) async throws {
        try await store.commit { db in
            try db.cachedStatement(
                sql: "UPDATE delivery_batch SET attempts = attempts + 1, next_at = ?, last_error = ? WHERE id = ?"
            ).execute(arguments: [nextAt.milliseconds, error, batch.id])
        }
    }

    private func open(_ members: [WaitingDelivery], at now: Timestamp, _ db: Database) throws -> OpenBatch {
        // From its members alone: a restored store that makes the same batch again gives it the same id.
        let batchID = StableID.make(["batch", handler.profile.id] + members.map(\.uid))
        try db.cachedStatement(
            sql: """
                INSERT INTO delivery_batch (handler, batch_id, members, made_at, attempts, next_at)
                VALUES (?, ?, ?, ?, 0, ?)
                """
        ).execute(arguments: [
            handler.key, batchID, Blob.pack(members.map(\.event)), now.milliseconds, now.milliseconds,
        ])
        let id = db.lastInsertedRowID
        let mark = try db.cachedStatement(sql: "UPDATE delivery SET batch = ? WHERE handler = ? AND event = ?")
        for member in members { try mark.execute(arguments: [id, handler.key, member.event]) }
        return OpenBatch(
            id: id, batchID: batchID, events: members.map(\.event), tickets: Set(members.map(\.ticket)), nextAt: now)
    }

    private func openBatches(_ db: Database) throws -> [OpenBatch] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, batch_id, members, attempts, next_at FROM delivery_batch
                WHERE handler = ? AND delivered_at IS NULL ORDER BY id
                """, arguments: [handler.key])
        let ticket = try db.cachedStatement(sql: "SELECT ticket FROM event WHERE id = ?")
        return try rows.map { row in
            let events = Blob.unpack(Blob.bytes(row, 2))
            let tickets = try events.compactMap { try Int64.fetchOne(ticket, arguments: [$0]) }
            return OpenBatch(
                id: row[0], batchID: row[1], events: events, tickets: Set(tickets), attempts: row[3],
                nextAt: Timestamp(milliseconds: row[4]))
        }
    }
}
