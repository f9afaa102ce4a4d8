internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// What quarantine.db lets go of: whole days of which every item has its end, so that nobody asks for them any more.
/// Their counts stay.
struct RelayRetention: Sendable {
    let store: Store
    let zone: Zone
    /// How long a day stays that has its end.
    let age: Duration
    /// How long what a reader has acknowledged can be sent again.
    let window: Duration
    let clock: @Sendable () -> Timestamp

    /// Boundary batches of one transaction: some thousand items.
    static let batch = 20

    /// What the relay writes.
    let streams: [BoundaryStream]
    /// Who reads behind a one-way link, and never says what it has taken.
    var silent: Set<String> = []

    var steps: [Housekeeping.Step] {
        streams.map { stream in { try await forget(stream) } } + [dropDays, dropJudgements]
    }

    private func forget(_ stream: BoundaryStream) async throws -> Bool {
        let time = Timestamp(milliseconds: clock().milliseconds - window.components.seconds * 1000)
        return try await store.commit { db in
            try Outbox.forget(stream, acknowledgedBefore: time, limit: 500, in: db) == 500
        }
    }

    /// Takes the oldest day that may go; its counts are written down in the transactions that drop its items.
    @Sendable func dropDays() async throws -> Bool {
        let end = clock().milliseconds - max(age, window).components.seconds * 1000
        let limit = Timestamp(milliseconds: end).day(in: zone)
        guard let day = try await oldestFinishedDay(before: limit) else { return false }
        // What has its end keeps it: the day need not be looked at again.
        while try await dropSome(of: day) { try await Task.sleep(for: .milliseconds(50)) }
        return true
    }

    private func dropSome(of day: String) async throws -> Bool {
        let zone = zone
        return try await store.commit { db in
            let batches = try Self.batches(of: day, zone, db)
            for batch in batches.prefix(Self.batch) {
                try DayCounts.keep(itemsOf: batch, zone: zone, db)
                try db.execute(sql: "DELETE FROM item WHERE batch = ?", arguments: [batch])
            }
            return batches.count > Self.batch
        }
    }

    /// Verdicts, receipts and batches that are old, and older than every item that is left: nothing refers to them.
    @Sendable func dropJudgements() async throws -> Bool {
        let limit = clock().milliseconds - max(age, window).components.seconds * 1000
        return try await store.commit { db in
            let oldest = try Int64.fetchOne(
                db, sql: "SELECT received_at FROM batch WHERE id = (SELECT min(batch) FROM item)")
            let end = min(oldest ?? limit, limit)
            try db.execute(
                sql: "DELETE FROM verdict WHERE id IN (SELECT id FROM verdict WHERE at < ? ORDER BY id LIMIT 1000)",
                arguments: [end])
            let verdicts = db.changesCount
            let passages = try PassagePlaces(db)
            let old = try Row.fetchAll(
                db, sql: "SELECT id, stream, epoch, batch FROM batch WHERE received_at < ? ORDER BY id LIMIT 200",
                arguments: [end])
            var dropped = 0
            for row in old where !passages.contains(stream: row[1], epoch: row[2], batch: row[3]) {
                try db.execute(sql: "DELETE FROM receipt WHERE batch = ?", arguments: [row[0] as Int64])
                try db.execute(
                    sql: "DELETE FROM batch WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM item WHERE batch = ?1)",
                    arguments: [row[0] as Int64])
                dropped += db.changesCount
            }
            return verdicts == 1000 || dropped == 200
        }
    }

    // MARK: Days

    /// Days by when their batches arrived; nil when the oldest ones still wait for something.
    private func oldestFinishedDay(before limit: String) async throws -> String? {
        let (zone, silent) = (zone, silent)
        return try await store.read { db in
            var seen: Set<String> = []
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT received_at FROM batch WHERE EXISTS (SELECT 1 FROM item WHERE item.batch = batch.id) ORDER BY id
                    """)
            let passages = try PassagePlaces(db)
            while let row = try rows.next() {
                let day = Timestamp(milliseconds: row[0]).day(in: zone)
                if day >= limit { return nil }
                if seen.insert(day).inserted, try Self.isFinished(day, zone, passages, silent: silent, db) {
                    return day
                }
            }
            return nil
        }
    }

    private static func batches(of day: String, _ zone: Zone, _ db: Database) throws -> [Int64] {
        guard let span = RelayLedger.span(of: day, in: zone) else { return [] }
        return try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM batch WHERE received_at >= ? AND received_at < ?
                AND EXISTS (SELECT 1 FROM item WHERE item.batch = batch.id) ORDER BY id
                """, arguments: [span.lowerBound.milliseconds, span.upperBound.milliseconds])
    }

    /// Nothing is held without a decision, nothing released without a receipt where there are any, nothing on its way out.
    private static func isFinished(
        _ day: String, _ zone: Zone, _ passages: PassagePlaces, silent: Set<String>, _ db: Database
    ) throws -> Bool {
        let marks = silent.map { _ in "?" }.joined(separator: ", ")
        let open = try db.cachedStatement(
            sql: """
                SELECT 1 FROM (
                    SELECT coalesce(
                        (SELECT decision FROM verdict WHERE is_late = 1 AND verdict.producer = item.producer
                            AND verdict.epoch = item.epoch AND verdict.first = item.number ORDER BY id DESC LIMIT 1),
                        decision) AS now,
                    coalesce((SELECT first FROM receipt WHERE receipt.producer = item.producer
                        AND receipt.epoch = item.epoch AND receipt.last >= item.number ORDER BY receipt.last LIMIT 1)
                        <= item.number, 0) AS is_taken,
                    CASE producer WHEN 'internal' THEN coalesce(
                        (SELECT share.producer FROM share WHERE share.channel_id = item.channel_id), '\(ProducerShares.first)')
                        ELSE 'internal' END AS reader
                    FROM item WHERE batch = ?)
                WHERE now <> 'rejected' AND NOT is_taken AND (now = 'held' OR reader NOT IN (\(marks))) LIMIT 1
                """)
        let place = try db.cachedStatement(sql: "SELECT stream, epoch, batch FROM batch WHERE id = ?")
        for batch in try batches(of: day, zone, db) {
            let arguments = StatementArguments([batch]) + StatementArguments(silent.sorted())
            if try Row.fetchOne(open, arguments: arguments) != nil { return false }
            if let row = try Row.fetchOne(place, arguments: [batch]),
                passages.contains(stream: row[0], epoch: row[1], batch: row[2])
            {
                return false
            }
        }
        return true
    }
}
