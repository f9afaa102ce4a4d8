internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Turns released items into tickets, in the transaction that the boundary opened.
///
/// Idempotent on (ticket_id, revision). A new ticket costs inserts and no reads: that it is not known is what the index
/// says from memory.
struct Admission: Sendable {
    let reader: ItemReader
    let roster: Roster
    let zone: Zone
    let book: TicketBook

    func admit(_ items: [PreparedItem], at now: Timestamp, _ db: Database) throws {
        var run = try AdmissionRun(now: now, zone: zone, db)
        for item in items {
            switch item {
            case .ticket(let ticket): try admit(ticket, &run, db)
            case .notice(let notice, let item): try take(notice, item, &run, db)
            case .tally(let item, let producer): try keep(item, from: producer, at: now, db)
            case .attachment(let piece, let item):
                // Ledgers count tickets; a file that cannot be kept is kept as it came, and counts nowhere.
                if let reason = try AttachmentBook.keep(piece, at: now, db) {
                    _ = try RefusedItem(item, now: now, zone: zone).keep("attachment.mismatch", reason, at: now, db)
                }
            case .refused(let item, let code, let reason): try refuse(item, code, reason, &run, db)
            }
        }
        try run.flush(db)
    }

    /// What was refused, once more.
    /// - Returns: how many could be admitted now.
    func admitRefused(_ refused: [RefusedItem], at now: Timestamp, _ db: Database) throws -> Int {
        var run = try AdmissionRun(now: now, zone: zone, db)
        var count = 0
        for row in refused {
            guard case .ticket(let ticket) = reader.prepare(row.item), try RefusedItem.settle(row, at: now, db) else {
                continue
            }
            run.tally.add(.itemsRefused, day: row.day, subject: row.item.channelID, -1)
            try admit(ticket, &run, db)
            count += 1
        }
        try run.flush(db)
        return count
    }

    /// A revision will not come: what waits behind it goes on.
    func skip(_ ticketID: String, revision: Int, at now: Timestamp, _ db: Database) throws {
        var run = try AdmissionRun(now: now, zone: zone, db)
        try RevisionOrder.skip(ticketID, revision: revision, db)
        try releaseWaiting(ticketID, &run, db)
        try run.flush(db)
    }

    /// Lets go on what has waited since before `limit`.
    func releaseOverdue(before limit: Timestamp, at now: Timestamp, _ db: Database) throws {
        for (ticketID, revision) in try RevisionOrder.overdue(before: limit, db) {
            let current = try book.find(ticketID, db)?.revision ?? 0
            for missing in (current + 1)..<max(revision, current + 1) {
                try RevisionOrder.skip(ticketID, revision: missing, db)
            }
            var run = try AdmissionRun(now: now, zone: zone, db)
            try releaseWaiting(ticketID, &run, db)
            try run.flush(db)
        }
    }

    private func take(_ notice: NoticeBody, _ item: Item, _ run: inout AdmissionRun, _ db: Database) throws {
        switch notice.subject {
        case .reply(let reply): try ReplyBook.note(reply, book, at: run.now, tally: &run.tally, db)
        case .attachment(let end): try AttachmentBook.note(end, channelID: item.channelID, at: run.now, db)
        case .ticket(let verdict):
            if let known = try book.find(verdict.ticketID, db) {
                try Timeline.append(
                    verdict.state == .held ? .held : .rejected, ticket: known.id, at: run.now, actor: "relay",
                    detail: "revision \(verdict.revision): \(verdict.code)", db)
            }
            guard verdict.state == .rejected else { return }
            try RevisionOrder.skip(verdict.ticketID, revision: verdict.revision, db)
            try releaseWaiting(verdict.ticketID, &run, db)
        }
    }

    private func admit(_ ticket: PreparedTicket, _ run: inout AdmissionRun, _ db: Database) throws {
        if ticket.revision == 1, try open(ticket, &run, db) {
            if run.hasWaiting { try releaseWaiting(ticket.ticketID, &run, db) }
            return
        }
        guard let known = try book.find(ticket.ticketID, db) else { return try admitLate(ticket, &run, db) }
        if ticket.revision <= known.revision { return try admitOld(ticket, known, &run, db) }
        guard try RevisionOrder.follows(ticket.revision, after: known.revision, ticketID: ticket.ticketID, db) else {
            return try wait(ticket, &run, db)
        }
        try revise(ticket, known, &run, db)
        if run.hasWaiting { try releaseWaiting(ticket.ticketID, &run, db) }
    }

    /// A later revision of a ticket that is not here.
    private func admitLate(_ ticket: PreparedTicket, _ run: inout AdmissionRun, _ db: Database) throws {
        guard try RevisionOrder.follows(ticket.revision, after: 0, ticketID: ticket.ticketID, db) else {
            return try wait(ticket, &run, db)
        }
        _ = try open(ticket, &run, db)
        if run.hasWaiting { try releaseWaiting(ticket.ticketID, &run, db) }
    }

    /// - Returns: false when the ticket is known already; nothing was written then.
    private func open(_ ticket: PreparedTicket, _ run: inout AdmissionRun, _ db: Database) throws -> Bool {
        let channel = try run.channels.key(of: ticket.channelID, jurisdiction: ticket.jurisdiction, db)
        let revisionID = run.nextRevisionID
        let number = try run.numbers.next(day: run.today, division: ticket.division, db)
        guard
            let id = try book.insert(
                ticket, number: number, channel: channel, latest: revisionID, at: run.now, db)
        else {
            run.numbers.giveBack(day: run.today, division: ticket.division)
            return false
        }
        run.nextRevisionID += 1
        try TicketBook.insertRevision(id: revisionID, of: id, ticket, previous: nil, at: run.now, db)
        let reason = ticket.owner.profile.isFallback ? "fallback" : "match"
        try ShareLog.share(id, with: ticket.owner, as: .owner, reason: reason, at: run.now, db)
        for copy in ticket.copies { try ShareLog.share(id, with: copy, as: .copy, reason: "match", at: run.now, db) }
        let event = try EventBook.append(
            event(.ticketOpened, ticket, of: id, revision: revisionID, status: .received, run),
            to: [ticket.owner] + ticket.copies, tally: &run.tally, db)
        try Timeline.begin(
            ticket: id, at: run.now, actor: "gateway", detail: "\(number) → \(ticket.owner.profile.id)", event: event,
            db)
        run.tally.add(.itemsOpened, day: ticket.day, subject: ticket.channelID)
        // Its first revision never came, and this is what the source said after it: the holders hear both.
        if ticket.item.kind.isFollowUp {
            try tell(
                ticket.item.kind, ticket, of: id, revision: revisionID, status: .received,
                to: [ticket.owner] + ticket.copies, &run,
                db)
        }
        return true
    }

    private func revise(
        _ ticket: PreparedTicket, _ known: KnownTicket, _ run: inout AdmissionRun, _ db: Database
    ) throws {
        let revisionID = run.nextRevisionID
        run.nextRevisionID += 1
        try TicketBook.insertRevision(id: revisionID, of: known.id, ticket, previous: known.latest, at: run.now, db)
        try TicketBook.advance(known, to: ticket.revision, latest: revisionID, db)
        // The owner stays: the case is in its hands. A copy that matches only now joins.
        for copy in ticket.copies where copy.key != known.owner {
            try ShareLog.share(
                known.id, with: copy, as: .copy, reason: "match of revision \(ticket.revision)", at: run.now, db)
        }
        let kind = ticket.item.kind == .ticketOpened ? .ticketRevised : ticket.item.kind
        let holders = try ShareLog.holders(of: known.id, db).compactMap { roster[$0] }
        try tell(kind, ticket, of: known.id, revision: revisionID, status: known.status, to: holders, &run, db)
        run.tally.add(.itemsRevised, day: ticket.day, subject: ticket.channelID)
    }

    private func tell(
        _ kind: ItemKind, _ ticket: PreparedTicket, of id: Int64, revision: Int64, status: CaseStatus,
        to holders: [RosterEntry], _ run: inout AdmissionRun, _ db: Database
    ) throws {
        let event = try EventBook.append(
            event(kind, ticket, of: id, revision: revision, status: status, run), to: holders, tally: &run.tally, db)
        if kind == .ticketWithdrawn { try TicketBook.withdraw(id, at: run.now, db) }
        try Timeline.append(
            step(of: kind), ticket: id, at: run.now, actor: ticket.channelID, detail: "revision \(ticket.revision)",
            event: event, db)
    }

    /// A revision not newer than the latest: known already, or overtaken while it was held.
    private func admitOld(
        _ ticket: PreparedTicket, _ known: KnownTicket, _ run: inout AdmissionRun, _ db: Database
    ) throws {
        let revisions = try TicketBook.revisions(from: known.latest, db)
        if revisions.contains(where: { $0.revision == ticket.revision }) {
            if let next = try TakenNumber.anew(ticket, after: known, revisions, db) {
                return try revise(next, known, &run, db)
            }
            run.tally.add(.itemsRepeated, day: ticket.day, subject: ticket.channelID)
            return
        }
        let older = revisions.first { $0.revision < ticket.revision }
        let newer = revisions.last { $0.revision > ticket.revision }
        let id = run.nextRevisionID
        run.nextRevisionID += 1
        try TicketBook.insertRevision(id: id, of: known.id, ticket, previous: older?.id, at: run.now, db)
        if let newer { try TicketBook.link(newer.id, previous: id, db) }
        try Timeline.append(
            .superseded, ticket: known.id, at: run.now, actor: ticket.channelID, detail: "revision \(ticket.revision)",
            db)
        if ticket.item.kind.isFollowUp {
            let holders = try ShareLog.holders(of: known.id, db).compactMap { roster[$0] }
            try tell(ticket.item.kind, ticket, of: known.id, revision: id, status: known.status, to: holders, &run, db)
        }
        run.tally.add(.itemsSuperseded, day: ticket.day, subject: ticket.channelID)
    }

    private func wait(_ ticket: PreparedTicket, _ run: inout AdmissionRun, _ db: Database) throws {
        let isNew = try RevisionOrder.wait(ticket, at: run.now, db)
        run.hasWaiting = true
        run.tally.add(isNew ? .itemsWaiting : .itemsRepeated, day: ticket.day, subject: ticket.channelID)
    }

    private func releaseWaiting(_ ticketID: String, _ run: inout AdmissionRun, _ db: Database) throws {
        while let item = try RevisionOrder.next(of: ticketID, db) {
            guard case .ticket(let ticket) = reader.prepare(item) else { return }
            let current = try book.find(ticketID, db)
            guard try RevisionOrder.follows(ticket.revision, after: current?.revision ?? 0, ticketID: ticketID, db)
            else { return }
            try RevisionOrder.remove(ticketID, revision: ticket.revision, db)
            run.tally.add(.itemsWaiting, day: ticket.day, subject: ticket.channelID, -1)
            if let current {
                ticket.revision > current.revision
                    ? try revise(ticket, current, &run, db) : try admitOld(ticket, current, &run, db)
            } else {
                _ = try open(ticket, &run, db)
            }
        }
    }

    private func event(
        _ kind: ItemKind, _ ticket: PreparedTicket, of id: Int64, revision: Int64, status: CaseStatus,
        _ run: AdmissionRun
    ) -> NewEvent {
        NewEvent(
            uid: StableID.make(["event", ticket.ticketID, kind.rawValue, String(ticket.revision)]), ticket: id,
            kind: kind.rawValue, revision: revision, status: status, at: run.now, day: ticket.day)
    }

    private func step(of kind: ItemKind) -> TimelineStep {
        switch kind {
        case .ticketWithdrawn: .withdrawn
        case .ticketSupplemented: .supplemented
        case .ticketUrged: .urged
        default: .revised
        }
    }

    private func keep(_ item: Item, from producer: String, at now: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO tally (producer, item_id, at, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (producer, item_id) DO UPDATE SET at = excluded.at, body = excluded.body
                """,
            arguments: [producer, item.id, now.milliseconds, Blob.data(item.body)])
    }

    /// The relay let it pass and it cannot be admitted: kept whole, counted, told outward, and no reason to stop the
    /// others. A later revision does not wait for it.
    private func refuse(
        _ item: Item, _ code: String, _ reason: String, _ run: inout AdmissionRun, _ db: Database
    ) throws {
        let row = RefusedItem(item, now: run.now, zone: zone)
        guard try row.keep(code, reason, at: run.now, db) else {
            return run.tally.add(.itemsRepeated, day: row.day, subject: item.channelID)
        }
        run.tally.add(.itemsRefused, day: row.day, subject: item.channelID)
        guard let notice = row.notice(code, reason, at: run.now) else { return }
        try Outbox.append(
            Item(
                id: notice.id, channelID: notice.channelID, kind: .refusal, createdAt: run.now,
                schema: RefusalBody.schemaVersion, body: notice.json()), to: .internalToRelay, in: db)
        try RevisionOrder.skip(notice.ticketID, revision: notice.revision, db)
        try releaseWaiting(notice.ticketID, &run, db)
    }
}
