internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// quarantine.db, within a transaction.
struct Quarantine {
    let db: Database

    func store(_ batch: InboundBatch, at time: Timestamp) throws -> Int64 {
        try db.cachedStatement(
            sql: """
                INSERT INTO batch (stream, epoch, batch, received_at, manifest, signature, digests, keys)
                VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, x''))
                """
        ).execute(arguments: [
            batch.stream.name, batch.manifest.epoch, batch.manifest.batch, time.milliseconds, Data(batch.manifestBytes),
            Data(batch.signature), Data(batch.lineDigests), Blob.data(KeyLines(of: batch).stored),
        ])
        return db.lastInsertedRowID
    }

    /// - Returns: the number of each row, in order.
    @discardableResult
    func store(_ items: [InboundItem], _ findings: [Finding], of batch: Int64) throws -> [Int64] {
        var rows: [Int64] = []
        rows.reserveCapacity(items.count)
        let insert = try BoundStatement(
            """
            INSERT INTO item (batch, line_index, producer, epoch, number, item_id, attempt, channel_id, kind, created_at,
                decision, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: db)
        for (inbound, finding) in zip(items, findings) {
            let item = inbound.item
            try insert.run { values in
                values.add(batch)
                values.add(inbound.lineIndex)
                values.add(inbound.producer)
                values.add(inbound.epoch)
                values.add(inbound.number)
                values.add(item.id)
                values.add(item.attempt)
                values.add(item.channelID)
                values.add(item.kind.rawValue)
                values.add(item.createdAt.milliseconds)
                values.add(finding.decision.rawValue)
                values.add(inbound.cell)
            }
            rows.append(db.lastInsertedRowID)
        }
        return rows
    }

    func store(_ receipts: [InboundReceipt], of batch: Int64) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO receipt (batch, line_index, producer, epoch, first, last, at, line)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for inbound in receipts {
            let range = inbound.receipt.range
            try statement.execute(arguments: [
                batch, inbound.lineIndex, range.producer, range.epoch, range.first, range.last,
                inbound.receipt.at.milliseconds, Data(inbound.line),
            ])
        }
    }

    func store(_ verdict: Verdict, isLate: Bool) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO verdict (producer, epoch, first, last, decision, code, reason, at, by, is_late)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            verdict.range.producer, verdict.range.epoch, verdict.range.first, verdict.range.last,
            verdict.decision.rawValue, verdict.code, verdict.reason, verdict.at.milliseconds, verdict.by, isLate,
        ])
    }

    /// What a passage stands for; nil when any of it is missing.
    func content(of passage: Passage) throws -> PassageContent? {
        let sql =
            "SELECT id, manifest, signature, digests, keys FROM batch WHERE stream = ? AND epoch = ? AND batch = ?"
        let place: StatementArguments = [
            RelayStreams.from(passage.producer).name, passage.position.epoch, passage.position.batch,
        ]
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: place) else { return nil }
        guard let keys = KeyLines(stored: bytes(row, 4)) else { return nil }
        let lines = try passage.lines.flatMap { try self.lines(of: row[0], $0, keys) }
        guard lines.count == passage.lines.reduce(0, { $0 + $1.count }) else { return nil }
        return PassageContent(
            manifestBytes: bytes(row, 1), signature: bytes(row, 2), lineDigests: bytes(row, 3), lines: lines)
    }

    private func lines(of batch: Int64, _ span: ClosedRange<Int>, _ keys: KeyLines) throws -> [[UInt8]] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT line_index, line FROM item WHERE batch = ?1 AND line_index BETWEEN ?2 AND ?3
                UNION ALL SELECT line_index, line FROM receipt WHERE batch = ?1 AND line_index BETWEEN ?2 AND ?3
                ORDER BY line_index
                """)
        let rows = try Row.fetchCursor(statement, arguments: [batch, span.lowerBound, span.upperBound])
        var lines: [(index: Int, line: [UInt8])] = []
        while let row = try rows.next() { lines.append((row[0], try Packed.bytes(row, 1))) }
        let passed = keys.lines.filter { span.contains($0.key) }
        if !passed.isEmpty {
            lines += passed.map { ($0.key, $0.value) }
            lines.sort { $0.index < $1.index }
        }
        return lines.map(\.line)
    }

    /// The lines with keys of the batch that an item came in, by their index; none where they are damaged.
    func keys(of item: Int64) throws -> [Int: [UInt8]] {
        let row = try Row.fetchOne(
            db, sql: "SELECT keys FROM batch WHERE id = (SELECT batch FROM item WHERE id = ?)", arguments: [item])
        return row.flatMap { KeyLines(stored: bytes($0, 0)) }?.lines ?? [:]
    }

    private func bytes(_ row: Row, _ index: Int) -> [UInt8] {
        (try? row.withUnsafeData(atIndex: index) { data in data.map { Array($0) } ?? [] }) ?? []
    }
}
