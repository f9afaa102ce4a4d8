internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Reads what stayed in quarantine.
struct DeskQuery {
    let db: Database

    struct Place {
        /// Where it goes on.
        var onward: BoundaryStream
        /// Where verdicts on it go.
        var back: BoundaryStream
        var range: ItemRange
        /// Its line alone.
        var passage: Passage
    }

    /// nil when there is no such item, or it was never held up.
    func entry(_ id: Int64) throws -> QuarantineEntry? { try found(id)?.entry }

    func detail(_ id: Int64) throws -> QuarantineDetail? {
        guard let (entry, verdicts, row) = try found(id) else { return nil }
        let item = try item(row, id)
        return QuarantineDetail(
            // Erased: what is left says that something was there.
            entry: entry, body: item.map { String(decoding: $0.body, as: UTF8.self) } ?? "{}", verdicts: verdicts,
            sealed: item?.sealed?.summary, approvals: try Approval.all(of: id, db))
    }

    private func found(_ id: Int64) throws -> (entry: QuarantineEntry, verdicts: [Verdict], row: Row)? {
        let sql = """
            SELECT item.producer, item.epoch, number, item_id, attempt, channel_id, kind, created_at, received_at,
                unpacked(line) AS line
            FROM item JOIN batch ON batch.id = item.batch WHERE item.id = ? AND decision <> 'released'
            """
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [id]) else { return nil }
        let verdicts = try verdicts(producer: row[0], epoch: row[1], number: row[2])
        guard let latest = verdicts.last, let kind = ItemKind(rawValue: row[6]) else { return nil }
        let entry = QuarantineEntry(
            id: id, producer: row[0], itemID: row[3], attempt: row[4], channelID: row[5], kind: kind,
            createdAt: Timestamp(milliseconds: row[7]), receivedAt: Timestamp(milliseconds: row[8]),
            decision: latest.decision, code: latest.code, reason: latest.reason, by: latest.by, decidedAt: latest.at)
        return (entry, verdicts, row)
    }

    /// Where an item came from and where it would go.
    func place(_ id: Int64) throws -> Place {
        let sql = """
            SELECT item.producer, item.epoch, number, line_index, batch.batch, channel_id
            FROM item JOIN batch ON batch.id = item.batch WHERE item.id = ?
            """
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [id]) else {
            throw DeskError("quarantine.unknown", "no item \(id) is in quarantine")
        }
        let line: Int = row[3]
        return Place(
            onward: try RelayStreams.onward(.of(producer: row[0]), channelID: row[5], db),
            back: RelayStreams.to(row[0]),
            range: ItemRange(producer: row[0], epoch: row[1], first: row[2], last: row[2]),
            passage: Passage(
                producer: row[0], position: BatchPosition(epoch: row[1], batch: row[4]), lines: [line...line]))
    }

    /// What goes on of an item: its line, and the one with its key where it has one. Without that it would stop all that
    /// is behind it.
    /// - Throws: `DeskError` `quarantine.damaged`.
    func passage(of id: Int64, at place: Place) throws -> Passage {
        let row = try Row.fetchOne(db, sql: "SELECT unpacked(line) FROM item WHERE id = ?", arguments: [id])
        guard let row, let key = try InboundItem.keyLine(ofLine: Blob.bytes(row, 0)) else { return place.passage }
        guard try Quarantine(db: db).keys(of: id)[key] != nil else {
            throw DeskError(
                "quarantine.damaged",
                "the line with the key of item \(id) is missing from quarantine.db; run `sluice store check`")
        }
        var passage = place.passage
        passage.lines = Spans.joined([key] + passage.lines.flatMap { Array($0) })
        return passage
    }

    /// The checks' one, then those of people.
    private func verdicts(producer: String, epoch: Int, number: Int) throws -> [Verdict] {
        let columns = "first, last, decision, code, reason, at, by"
        let first = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM verdict
                    WHERE producer = ? AND epoch = ? AND last >= ? AND is_late = 0 ORDER BY last LIMIT 1
                    """),
            arguments: [producer, epoch, number])
        let late = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM verdict
                    WHERE producer = ? AND epoch = ? AND first = ? AND is_late = 1 ORDER BY id
                    """),
            arguments: [producer, epoch, number])
        return ([first].compactMap { $0 } + late).map { row in
            Verdict(
                range: ItemRange(producer: producer, epoch: epoch, first: row[0], last: row[1]),
                decision: Verdict.Decision(rawValue: row[2]) ?? .held, code: row[3], reason: row[4],
                at: Timestamp(milliseconds: row[5]), by: row[6])
        }
    }

    private func item(_ row: Row, _ id: Int64) throws -> Item? {
        let line = try row.withUnsafeData(named: "line") { data in data.map { Array($0) } ?? [] }
        if line.isEmpty { return nil }
        return try InboundItem.item(ofLine: line) { try Quarantine(db: db).keys(of: id)[$0] }
    }
}
