internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Takes what the relay sends outward into external.db: case events become replies to send, verdicts and receipts
/// become the fate of our items, refusals become cases of the desk. Runs inside the inlet's transaction.
struct ReplyInbox: Sendable {
    /// Which case events each channel wants (`reply.on`); none for one that sends no replies. nil for a channel that
    /// does not run: its replies wait until it does.
    let wanted: @Sendable (String) -> Set<String>?
    let zone: Zone
    let clock: @Sendable () -> Timestamp

    func take(_ batch: InboundBatch, in db: Database) throws {
        for inbound in batch.items where inbound.item.kind == .caseEvent {
            try take(try CaseEventBody(json: inbound.item.body), in: db)
        }
        for inbound in batch.items where inbound.item.kind == .erasure {
            try ErasureBook.add(try ErasureBody(json: inbound.item.body), in: db)
        }
        for inbound in batch.items where inbound.item.kind == .refusal {
            try RefusalCase.add(try RefusalBody(json: inbound.item.body), at: clock(), in: db)
        }
        for range in ItemRange.joined(batch.items.map(\.range)) {
            try Outbox.append(Receipt(range: range, at: clock()), to: .externalToRelay, in: db)
        }
        for verdict in batch.verdicts { try record(verdict, in: db) }
        for receipt in batch.receipts {
            let receipt = receipt.receipt
            try ItemLedger.add(receipt.range, to: ItemLedger.admitted, zone: zone, in: db)
            try ItemFate.record(receipt.range, fate: "admitted", at: receipt.at, in: db)
            try AttachmentBook.taken(receipt.range, at: clock(), in: db)
        }
    }

    func take(_ event: CaseEventBody, in db: Database) throws {
        let isWanted = wanted(event.channelID)?.contains(event.event) ?? true
        let now = clock()
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO reply (reply_id, channel, ticket_id, external_id, event, status, public_text, replied_at, state,
                                   next_at, offered_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """)
        try insert.execute(arguments: [
            event.replyID, event.channelID, event.ticketID, event.externalID, event.event, event.status,
            event.publicText ?? "", event.repliedAt.rfc3339(in: zone), isWanted ? "waiting" : "not_wanted",
            now.milliseconds, now.milliseconds,
        ])
        guard db.changesCount > 0 else { return try tellAgain(event, at: now, in: db) }
        Failpoint.replyTaken.reached()
        let entry = isWanted ? "replies offered" : "replies not wanted"
        try ExternalLedger.add(1, to: entry, channel: event.channelID, day: now.day(in: zone), in: db)
        if !isWanted {
            try ReplyNotice.append(
                event.replyID, ticketID: event.ticketID, channelID: event.channelID, .notWanted, at: now, in: db)
        }
    }

    /// An internal side that was restored, or whose handler repeats an event, hears again how the reply ended.
    private func tellAgain(_ event: CaseEventBody, at now: Timestamp, in db: Database) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT state, answer_status, answer_excerpt, last_error FROM reply WHERE reply_id = ?"),
            arguments: [event.replyID])
        guard let row, let state = NoticeBody.ReplyNotice.State(rawValue: row[0]) else { return }
        try ReplyNotice.append(
            .init(
                replyID: event.replyID, ticketID: event.ticketID, state: state, status: row[1],
                excerpt: (row[2] as String?) ?? row[3], at: now), channelID: event.channelID, in: db)
    }

    private func record(_ verdict: Verdict, in db: Database) throws {
        if verdict.decision == .rejected {
            try ItemLedger.add(verdict.range, to: ItemLedger.rejected, zone: zone, in: db)
            try AttachmentBook.rejected(verdict.range, code: verdict.code, at: clock(), in: db)
        }
        let isNew = try ItemFate.record(
            verdict.range, fate: verdict.decision.rawValue, code: verdict.code, reason: verdict.reason, at: verdict.at,
            in: db)
        // A relay that was restored says again what it has said.
        if isNew { try TicketNotices.append(verdict, at: clock(), in: db) }
    }
}
