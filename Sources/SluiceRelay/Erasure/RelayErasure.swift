internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Takes a ticket's lines out of quarantine.db and of its record. Digests, signatures and counts stay: what remains still proves that the
/// line was there, and no longer what it said.
struct RelayErasure: Sendable {
    let store: Store
    var record: QuarantineRecord?
    let clock: @Sendable () -> Timestamp

    func apply(_ order: ErasureBody) async throws -> ErasureOutcome {
        let (now, record) = (clock(), record)
        return try await store.commit { db in
            try record.covering(db) { entry in
                var outcome = ErasureOutcome()
                try refuseFiles(order, at: now, db)
                for item in try items(order, db) { try erase(item, at: now, &outcome, &entry, db) }
                if outcome.isComplete {
                    let ids = [order.ticketID] + order.carriers.map(\.itemID)
                    entry.erasedIDs = RecordRows.ErasedIDs(ids, madeBy: order.orderedAt)
                }
                return outcome
            }
        }
    }

    /// Those that went on are found by their time; those that stayed, by being few.
    private func items(_ order: ErasureBody, _ db: Database) throws -> Set<Int64> {
        var found = Set(
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM item WHERE decision <> 'released' AND item_id = ? AND kind LIKE 'ticket.%'
                    """, arguments: [order.ticketID]))
        // What a file shows cannot be searched for a person: it goes whole.
        found.formUnion(
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT item.id FROM attachment JOIN attachment_piece p ON p.attachment = attachment.id
                    JOIN item ON item.id = p.item WHERE attachment.ticket_id = ?
                    """, arguments: [order.ticketID]))
        // Pieces that were no part of a file: too large, another file's, damaged.
        found.formUnion(
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM item WHERE decision <> 'released' AND kind = 'attachment'
                    AND instr(unpacked(line), CAST(? AS BLOB)) > 0
                    """, arguments: ["\"ticket_id\":\"\(order.ticketID)\""]))
        for carrier in order.carriers {
            found.formUnion(
                try Int64.fetchAll(
                    db, sql: "SELECT id FROM item WHERE created_at = ? AND item_id = ?",
                    arguments: [carrier.createdAt.milliseconds, carrier.itemID]))
        }
        return found
    }

    /// A file that still waits can never go on without its bytes.
    private func refuseFiles(_ order: ErasureBody, at now: Timestamp, _ db: Database) throws {
        let files = try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM attachment WHERE ticket_id = ? AND state IN ('incomplete', 'complete', 'review')
                """, arguments: [order.ticketID])
        let finding = Finding.rejected("desk.erased", "the requester's data was erased while the file was held")
        for file in files { try AttachmentBook.decide(file, finding, at: now, by: "erasure", in: db) }
    }

    private func erase(
        _ item: Int64, at now: Timestamp, _ outcome: inout ErasureOutcome, _ entry: inout RecordEntry, _ db: Database
    ) throws {
        let place = try DeskQuery(db: db).place(item)
        guard try isLeft(item, db) else { return entry.erased.append(place.range) }
        let keys = Set(try Quarantine(db: db).keys(of: item).keys)
        guard try PassageRows.leaveOut(place.passage, of: place.onward, keys: keys, db) else {
            outcome.isComplete = false
            return
        }
        if let detail = try DeskQuery(db: db).detail(item), detail.entry.decision == .held {
            // Without its line it can never go on.
            let verdict = Verdict(
                range: place.range, decision: .rejected, code: "desk.erased",
                reason: "the requester's data was erased while the item was held", at: now, by: "erasure")
            try Quarantine(db: db).store(verdict, isLate: true)
            try Outbox.append(verdict, to: place.back, in: db)
        }
        try db.execute(sql: "UPDATE item SET line = zeroblob(0) WHERE id = ?", arguments: [item])
        entry.erased.append(place.range)
        outcome.rows += 1
    }
}

extension RelayErasure {
    /// False when an earlier order has emptied it; the record, set back since, may still have its line.
    private func isLeft(_ item: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT length(line) > 0 FROM item WHERE id = ?", arguments: [item]) ?? false
    }
}

/// Passages in the outbox that still name a line.
enum PassageRows {
    /// Takes a line out of every passage that was acknowledged, so that sending it again needs no bytes of it.
    /// - Parameter keys: lines of the same batch that are of no use by themselves.
    /// - Returns: false when a passage with it is not acknowledged yet; nothing was changed then.
    static func leaveOut(
        _ line: Passage, of stream: BoundaryStream, keys: Set<Int>, _ db: Database
    ) throws -> Bool {
        guard let index = line.lines.first?.lowerBound else { return true }
        let settled =
            try Int64.fetchOne(
                db, sql: "SELECT settled FROM outlet WHERE stream = ?", arguments: [stream.name]) ?? 0
        let place = "\(line.producer) \(line.position.epoch) \(line.position.batch) "
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, CAST(content AS TEXT) FROM outbox WHERE stream = ? AND type = 4
                AND substr(CAST(content AS TEXT), 1, ?) = ?
                """, arguments: [stream.name, place.utf8.count, place])
        var changes: [(id: Int64, rest: String)] = []
        for row in rows {
            let text: String = row[1]
            let spans = Self.spans(text.dropFirst(place.count))
            guard spans.contains(where: { $0.contains(index) }) else { continue }
            guard (row[0] as Int64) <= settled else { return false }
            changes.append((row[0], Self.text(without: index, spans, keys)))
        }
        for change in changes {
            if change.rest.isEmpty {
                try db.execute(sql: "DELETE FROM outbox WHERE id = ?", arguments: [change.id])
            } else {
                try db.execute(
                    sql: "UPDATE outbox SET content = CAST(? AS BLOB) WHERE id = ?",
                    arguments: [place + change.rest, change.id])
            }
        }
        return true
    }

    private static func spans(_ text: some StringProtocol) -> [ClosedRange<Int>] {
        text.split(separator: ",").compactMap { part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
        }
    }

    /// Empty when at most keys are left.
    private static func text(without index: Int, _ spans: [ClosedRange<Int>], _ keys: Set<Int>) -> String {
        let left = spans.flatMap { Array($0) }.filter { $0 != index }
        return Spans.joined(keys.isSuperset(of: left) ? [] : left)
            .map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}
