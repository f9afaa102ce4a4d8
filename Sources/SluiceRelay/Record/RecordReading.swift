internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// How far quarantine.db was when a commit began.
struct RecordMark {
    let batch: Int64
    let verdict: Int64

    init(_ db: Database) throws {
        func last(_ sql: String) throws -> Int64 { try Int64.fetchOne(db.cachedStatement(sql: sql)) ?? 0 }
        batch = try last("SELECT max(id) FROM batch")
        verdict = try last("SELECT max(id) FROM verdict")
    }
}

/// Reads quarantine.db for the record.
struct RecordReading {
    let db: Database
    /// Who never says what it has taken.
    let silent: Set<String>

    /// Everything that a commit has added so far. Items and receipts come with their batch alone.
    func added(since mark: RecordMark) throws -> [RecordRows] {
        let batches = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM batch WHERE id > ? ORDER BY id"), arguments: [mark.batch])
        var parts = try batches.map(batch)
        let decisions = try Self.decisions(behind: mark.verdict, limit: Int.max, db).map(\.decision)
        if parts.isEmpty { parts.append(RecordRows()) }
        parts[parts.count - 1].decisions = decisions
        return parts
    }

    func batch(_ id: Int64) throws -> RecordRows {
        var rows = RecordRows()
        let statement = try db.cachedStatement(
            sql: "SELECT stream, epoch, batch, received_at, manifest, signature, digests, keys FROM batch WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return rows }
        rows.batch = RecordRows.Batch(
            stream: row[0], position: BatchPosition(epoch: row[1], batch: row[2]),
            receivedAt: Timestamp(milliseconds: row[3]), manifest: Blob.bytes(row, 4), signature: Blob.bytes(row, 5),
            digests: Blob.bytes(row, 6), keys: Blob.bytes(row, 7))
        rows.items = try items(of: id)
        rows.receipts = try receipts(of: id)
        return rows
    }

    private func items(of batch: Int64) throws -> [RecordRows.Item] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT line_index, producer, epoch, number, item_id, attempt, channel_id, kind, created_at, line
                FROM item WHERE batch = ? ORDER BY line_index
                """)
        let rows = try Row.fetchCursor(statement, arguments: [batch])
        var items: [RecordRows.Item] = []
        var awaits: [String: Bool] = [:]
        while let row = try rows.next() {
            let (producer, channel): (String, String) = (row[1], row[6])
            let known = awaits["\(producer) \(channel)"]
            let awaitsReceipt = try known ?? awaitsReceipt(producer, channel)
            awaits["\(producer) \(channel)"] = awaitsReceipt
            items.append(
                RecordRows.Item(
                    lineIndex: row[0], producer: producer, epoch: row[2], number: row[3], itemID: row[4],
                    attempt: row[5], channelID: channel, kind: row[7], createdAt: Timestamp(milliseconds: row[8]),
                    awaitsReceipt: awaitsReceipt, line: try Packed.bytes(row, 9)))
        }
        return items
    }

    private func awaitsReceipt(_ producer: String, _ channel: String) throws -> Bool {
        if silent.isEmpty { return true }
        return !silent.contains(producer == "internal" ? try ProducerShares.owner(of: channel, db) : "internal")
    }

    private func receipts(of batch: Int64) throws -> [RecordRows.Receipt] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT line_index, producer, epoch, first, last, at, line FROM receipt WHERE batch = ? ORDER BY line_index
                """)
        return try Row.fetchAll(statement, arguments: [batch]).map { row in
            RecordRows.Receipt(
                lineIndex: row[0], range: ItemRange(producer: row[1], epoch: row[2], first: row[3], last: row[4]),
                at: Timestamp(milliseconds: row[5]), line: try Packed.bytes(row, 6))
        }
    }

    /// Every batch that is still here, oldest first.
    static func batches(_ db: Database) throws -> [Int64] {
        try Int64.fetchAll(db, sql: "SELECT id FROM batch ORDER BY id")
    }

    static func decisions(
        behind id: Int64, limit: Int, _ db: Database
    ) throws -> [(id: Int64, decision: RecordRows.Decision)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, producer, epoch, first, last, decision, code, reason, at, by, is_late FROM verdict
                WHERE id > ? ORDER BY id LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [id, limit]).map { row in
            let verdict = Verdict(
                range: ItemRange(producer: row[1], epoch: row[2], first: row[3], last: row[4]),
                decision: Verdict.Decision(rawValue: row[5]) ?? .held, code: row[6], reason: row[7],
                at: Timestamp(milliseconds: row[8]), by: row[9])
            return (row[0], RecordRows.Decision(verdict, isLate: row[10]))
        }
    }

    /// How an item that was once held stood when the commit began; nil where it is not here.
    static func decision(on range: ItemRange, upTo mark: RecordMark, _ db: Database) throws -> Verdict.Decision? {
        let text = try String.fetchOne(
            db,
            sql: """
                SELECT coalesce(
                    (SELECT decision FROM verdict WHERE is_late = 1 AND verdict.producer = item.producer
                        AND verdict.epoch = item.epoch AND verdict.first = item.number AND verdict.id <= ?
                        ORDER BY id DESC LIMIT 1),
                    decision)
                FROM item WHERE decision <> 'released' AND producer = ? AND epoch = ? AND number = ?
                """, arguments: [mark.verdict, range.producer, range.epoch, range.first])
        return text.flatMap(Verdict.Decision.init)
    }
}
