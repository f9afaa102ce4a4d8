internal import SluiceSDK
internal import GRDB
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceStore

/// What a handler hears after its event: the case's status and what may come next.
public struct CaseAnswer: Sendable, Equatable {
    public var ticketID: String
    public var eventID: String
    public var status: CaseStatus
    public var allowed: [CaseEventType]
    /// True when this event was taken before: nothing happened now.
    public var isRepeat: Bool
}

/// Takes the owners' events: the case moves, the reply is offered outward and other handlers hear, in one transaction.
struct CaseEvents: Sendable {
    let store: Store
    let roster: Roster
    let book: TicketBook
    var wayOut = WayOut()
    let clock: @Sendable () -> Timestamp

    /// Idempotent for each (handler, event id).
    /// - Throws: `CaseError`; a `StoreError` or database error when nothing could be stored.
    func apply(_ event: HandlerEvent, to ticketID: String, by handler: RosterEntry) async throws -> CaseAnswer {
        let event = EventRules.cleaned(event)
        try EventRules.check(event)
        let now = clock()
        return try await store.commit { db in
            try apply(event, to: ticketID, by: handler, at: now, db)
        }
    }

    func apply(
        _ event: HandlerEvent, to ticketID: String, by handler: RosterEntry, at now: Timestamp, _ db: Database
    ) throws -> CaseAnswer {
        guard let ticket = try book.find(ticketID, db),
            let role = try ShareLog.role(of: handler.key, in: ticket.id, db)
        else { throw CaseError.unknownTicket }
        guard role == .owner else { throw CaseError.notOwner }
        let digest = event.digest(ticketID: ticketID)
        if let status = try takenBefore(event.eventID, digest: digest, by: handler.key, db) {
            return answer(status, event, ticketID, isRepeat: true)
        }
        let after = try transition(from: ticket.status, by: event.type)
        try remember(event, digest: digest, of: ticket.id, by: handler.key, status: after, at: now, db)
        try db.cachedStatement(sql: "UPDATE ticket SET status = ? WHERE id = ?")
            .execute(arguments: [after.rawValue, ticket.id])
        Failpoint.caseMoved.reached()
        var tally = LedgerTally()
        try announce(event, ticketID, ticket, after, by: handler, at: now, tally: &tally, db)
        try offer(event, ticketID, ticket, after, by: handler, at: now, tally: &tally, db)
        try tally.flush(db)
        return answer(after, event, ticketID, isRepeat: false)
    }

    private func transition(from status: CaseStatus, by event: CaseEventType) throws -> CaseStatus {
        do {
            return try CaseState(status).applying(event).status
        } catch {
            throw CaseError(error)
        }
    }

    /// The status that followed, when this very event was taken before.
    private func takenBefore(_ eventID: String, digest: [UInt8], by handler: Int64, _ db: Database) throws
        -> CaseStatus?
    {
        let statement = try db.cachedStatement(
            sql: "SELECT digest, status FROM handler_event WHERE handler = ? AND event_id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [handler, eventID]) else { return nil }
        guard Blob.bytes(row, 0) == digest else { throw CaseError.eventIDReused }
        return CaseStatus(rawValue: row[1])
    }

    private func remember(
        _ event: HandlerEvent, digest: [UInt8], of ticket: Int64, by handler: Int64, status: CaseStatus, at: Timestamp,
        _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: "INSERT INTO handler_event (handler, event_id, ticket, digest, status, at) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            handler, event.eventID, ticket, Blob.data(digest), status.rawValue, at.milliseconds,
        ])
    }

    /// The others who share the ticket hear of it, if they asked for this kind.
    private func announce(
        _ event: HandlerEvent, _ ticketID: String, _ ticket: KnownTicket, _ after: CaseStatus, by handler: RosterEntry,
        at now: Timestamp, tally: inout LedgerTally, _ db: Database
    ) throws {
        let others = try ShareLog.holders(of: ticket.id, db).filter { $0 != handler.key }.compactMap { roster[$0] }
        let uid = StableID.make(["event", ticketID, event.type.cloudEventType, handler.profile.id, event.eventID])
        let made = try EventBook.append(
            NewEvent(
                uid: uid, ticket: ticket.id, kind: event.type.cloudEventType, revision: ticket.latest, status: after,
                at: now, day: ticket.day, detail: CaseEventDetail(event, by: handler.profile.id).json()),
            to: others, tally: &tally, db)
        let detail = [event.type.rawValue, event.reason, event.note].compactMap { $0 }.joined(separator: ": ")
        try Timeline.append(
            .caseEvent, ticket: ticket.id, at: now, actor: handler.profile.id, detail: detail, event: made, db)
    }

    private func offer(
        _ event: HandlerEvent, _ ticketID: String, _ ticket: KnownTicket, _ after: CaseStatus, by handler: RosterEntry,
        at now: Timestamp, tally: inout LedgerTally, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: "SELECT c.name, t.external_id FROM ticket t JOIN channel c ON c.id = t.channel WHERE t.id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [ticket.id]) else { return }
        let source = ReleaseGuard.Ticket(ticketID: ticketID, channelID: row[0], externalID: row[1])
        guard wayOut.allows(event: event.type.rawValue) else { return }
        let replyID = StableID.reply(ticketID: ticketID, handlerID: handler.profile.id, eventID: event.eventID)
        let text = wayOut.text(for: source.channelID)
        let body = try ReleaseGuard.release(event, of: source, replyID: replyID, status: after, text: text, at: now)
        let wantsReview = text == .review && body.publicText?.isEmpty == false
        try ReplyBook.offer(body, ticket: ticket.id, handler: handler.key, wantsReview: wantsReview, at: now, db)
        Failpoint.replyOffered.reached()
        try Timeline.append(
            .replyOffered, ticket: ticket.id, at: now, actor: handler.profile.id, detail: event.type.rawValue, db)
        tally.add(.repliesOffered, day: ticket.day, subject: source.channelID)
    }

    private func answer(_ status: CaseStatus, _ event: HandlerEvent, _ ticketID: String, isRepeat: Bool) -> CaseAnswer {
        CaseAnswer(
            ticketID: ticketID, eventID: event.eventID, status: status, allowed: CaseState(status).allowed,
            isRepeat: isRepeat)
    }
}
