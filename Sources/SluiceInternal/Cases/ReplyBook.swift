internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Replies and where they are: offered, sent, answered by the source.
enum ReplyBook {
    /// Writes the reply and queues it for the boundary, in the transaction of the case event.
    static func offer(
        _ body: CaseEventBody, ticket: Int64, handler: Int64, wantsReview: Bool = false, at now: Timestamp,
        _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO reply (ticket, reply_id, handler, event, state, offered_at, changed_at, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            ticket, body.replyID, handler, body.event, ReplyState.offered.rawValue, now.milliseconds, now.milliseconds,
            Blob.data(body.json()),
        ])
        let item = Item(
            id: body.replyID, channelID: body.channelID, kind: .caseEvent, createdAt: now,
            schema: CaseEventBody.schemaVersion, wantsReview: wantsReview, body: [])
        try Outbox.append(item, reference: db.lastInsertedRowID, to: .internalToRelay, in: db)
    }

    /// The bytes that cross the boundary; the same every time.
    static func body(of reply: Int64, _ db: Database) throws -> [UInt8] {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT body FROM reply WHERE id = ?"), arguments: [reply])
            .map { Blob.bytes($0, 0) } ?? []
    }

    /// What the relay decided about replies.
    static func take(_ verdicts: [Verdict], at now: Timestamp, tally: inout LedgerTally, _ db: Database) throws {
        for verdict in verdicts where verdict.decision != .released {
            let state: ReplyState = verdict.decision == .held ? .held : .refused
            for item in try Outbox.items(verdict.range, of: .internalToRelay, in: db) {
                guard let id = item.reference else { continue }
                try change(id, to: state, answer: verdict.code, actor: "relay", at: now, tally: &tally, db)
            }
        }
    }

    /// The external side has these replies. They stay in the outbox for a while: a relay that was restored needs them again.
    static func take(_ receipts: [Receipt], at now: Timestamp, tally: inout LedgerTally, _ db: Database) throws {
        for receipt in receipts {
            for item in try Outbox.items(receipt.range, of: .internalToRelay, in: db) {
                guard let id = item.reference else { continue }
                try change(id, to: .sent, answer: nil, actor: "external", at: now, tally: &tally, db)
            }
        }
    }

    /// What the source answered.
    static func note(
        _ reply: NoticeBody.ReplyNotice, _ book: TicketBook, at now: Timestamp, tally: inout LedgerTally,
        _ db: Database
    ) throws {
        let statement = try db.cachedStatement(sql: "SELECT id FROM reply WHERE ticket = ? AND reply_id = ?")
        guard let ticket = try book.row(of: reply.ticketID, db),
            let id = try Int64.fetchOne(statement, arguments: [ticket, reply.replyID])
        else { return }
        let state: ReplyState =
            switch reply.state {
            case .acknowledged: .acknowledged
            case .failed: .failed
            case .notWanted: .notWanted
            }
        let parts = [reply.status.map(String.init), reply.excerpt].compactMap { $0 }.filter { !$0.isEmpty }
        // When we heard of it, so that the timeline keeps the order in which things became known here.
        try change(
            id, to: state, answer: parts.isEmpty ? nil : parts.joined(separator: " "), actor: "source", at: now,
            tally: &tally, db)
    }

    private static func change(
        _ id: Int64, to state: ReplyState, answer: String?, actor: String, at: Timestamp, tally: inout LedgerTally,
        _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.state, r.ticket, r.event, t.day, c.name FROM reply r JOIN ticket t ON t.id = r.ticket
                JOIN channel c ON c.id = t.channel WHERE r.id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [id]), let old = ReplyState(rawValue: row[0]) else {
            return
        }
        // A receipt may arrive after the source's answer; it says nothing new then.
        guard old != state, !(old.isSettled && !state.isSettled) else { return }
        try db.cachedStatement(
            sql: "UPDATE reply SET state = ?, changed_at = ?, answer = coalesce(?, answer) WHERE id = ?"
        ).execute(arguments: [state.rawValue, at.milliseconds, answer, id])
        let (day, channel): (Day, String) = (Day(number: row[3]), row[4])
        if let name = old.ledger { tally.add(name, day: day, subject: channel, -1) }
        if let name = state.ledger { tally.add(name, day: day, subject: channel) }
        let event: String = row[2]
        let detail = answer.map { "\(event): \($0)" } ?? event
        try Timeline.append(state.step, ticket: row[1], at: at, actor: actor, detail: detail, db)
    }
}
