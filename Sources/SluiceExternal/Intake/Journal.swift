internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// The first durable place: raw bytes, tickets, rejects, checkpoint and what goes across, in one synced transaction.
struct Journal: Sendable {
    /// Wakes the outlet once there is something to forward.
    private let forward: @Sendable () -> Void
    /// Wakes who fetches files and sends them on.
    private let attach: @Sendable () -> Void
    private let writes: JoinedWrites<JournalEntry, Written>

    init(
        store: Store, channels: ChannelKeys, forward: @escaping @Sendable () -> Void,
        attach: @escaping @Sendable () -> Void = {}
    ) {
        (self.forward, self.attach) = (forward, attach)
        writes = store.joined { try Self.write($0, channels, in: $1) }
    }

    func commit(_ entry: JournalEntry) async throws -> MessageOutcome {
        if Failpoint.acknowledgeBeforeCommit.isOn { return commitLater(entry) }
        let written = try await writes.commit(entry)
        announce(written.outcome, of: entry)
        return written.outcome
    }

    /// A part of a large message. Blocks the thread.
    /// - Returns: what became of it, and the row of the raw message once something needed it.
    func commitPart(_ entry: JournalEntry) throws -> (MessageOutcome, storedMessage: Int64?) {
        let written = try writes.commitAndWait(entry)
        announce(written.outcome, of: entry)
        return (written.outcome, written.message)
    }

    private func announce(_ outcome: MessageOutcome, of entry: JournalEntry) {
        Failpoint.journalCommitted.reached()
        if outcome.new + outcome.revised > 0 { forward() }
        if entry.hasAttachments { attach() }
    }

    /// What became of an entry, and the row of its raw message.
    private struct Written: Sendable {
        var outcome: MessageOutcome
        var message: Int64?
    }

    /// Messages that arrive at the same time: their items are numbered together, and their counts are one step each.
    private static func write(
        _ entries: [JournalEntry], _ channels: ChannelKeys, in db: Database
    ) throws -> [Written] {
        var (written, items, counts) = ([Written](), [OutboxDraft](), LedgerCounts())
        let statements = try JournalStatements(db)
        for entry in entries {
            let channel = try channels.key(of: entry.channelID, in: db)
            var work = JournalTransaction(db: db, statements: statements, entry: entry, channel: channel)
            let outcome = try work.run()
            written.append(Written(outcome: outcome, message: work.message))
            items += work.items
            work.count(in: &counts)
            Failpoint.journalWritten.reached()
        }
        if !items.isEmpty { try Outbox.append(items, to: .externalToRelay, in: db) }
        try counts.write(in: db)
        return written
    }

    /// The mistake that the torture must be able to see: success is said of what is not stored yet.
    private func commitLater(_ entry: JournalEntry) -> MessageOutcome {
        Task {
            try await Task.sleep(for: .milliseconds(200))
            _ = try await writes.commit(entry)
            forward()
        }
        var outcome = MessageOutcome()
        outcome.new = entry.records.count
        return outcome
    }
}

/// One message's part of a transaction.
private struct JournalTransaction {
    let db: Database
    let statements: JournalStatements
    let entry: JournalEntry
    let channel: Int64
    var outcome = MessageOutcome()
    /// What goes across, to be numbered.
    var items: [OutboxDraft] = []
    /// Revisions that are follow-ups, by kind.
    var followUps: [FollowUpKind: Int] = [:]
    /// The stored raw message, once something needed it.
    var message: Int64?
    /// The refused ticket that this replay is for went across again.
    var hasSentRefused = false

    init(db: Database, statements: JournalStatements, entry: JournalEntry, channel: Int64) {
        (self.db, self.statements, self.entry, self.channel) = (db, statements, entry, channel)
        message = entry.storedMessage
    }

    mutating func run() throws -> MessageOutcome {
        if let replay = entry.replay { try RejectDesk.requireOpen(replay.reject, in: db) }
        for record in entry.records {
            switch record {
            case .ticket(let ticket): try add(ticket)
            case .followUp(let followUp): try add(followUp)
            }
        }
        for reject in entry.rejects { try add(reject) }
        if let checkpoint = entry.checkpoint { try save(checkpoint) }
        try closeReplay()
        return outcome
    }

    private mutating func add(_ ticket: JournalTicket) throws {
        let id = ticket.ticket.ticketID
        outcome.ticketIDs.append(id)
        let number = TicketIndex.normalized(ticket.ticket.externalID)
        guard let known = try statements.known(id, channel: channel, number: number) else {
            return try open(ticket, number: number)
        }
        let isSame = known.sourceDigest == ticket.sourceDigest || known.contentDigest == ticket.contentDigest
        let isOlder = ticket.updatedAt.milliseconds < known.updatedAt
        if isRefused(id, revision: known.revision) {
            hasSentRefused = true
            return try revise(ticket, key: known.key, revision: known.revision + 1)
        }
        if isSame || isOlder {
            outcome.absorbed += 1
            if entry.keepsBodies, isSame {
                try FollowUpBook.keepFirst(ticket.ticket, revision: known.revision, of: known.key, in: db)
            }
        } else {
            try revise(ticket, key: known.key, revision: known.revision + 1)
        }
    }

    private mutating func open(_ ticket: JournalTicket, number: String) throws {
        try statements.insert(
            ticket, number: number, channel: channel, message: try storedMessage(), receivedAt: entry.receivedAt)
        let key = db.lastInsertedRowID
        if entry.keepsBodies { try FollowUpBook.keep(ticket.ticket.json(), of: key, in: db) }
        try ReplyOrigin.keep(ticket.origin, of: key, in: db)
        forward(ticket.outgoing, of: ticket.ticket, .ticketOpened)
        try attach(ticket.attachments, to: ticket.ticket)
        outcome.new += 1
    }

    private mutating func revise(_ ticket: JournalTicket, key: Int64, revision: Int) throws {
        let update = try db.cachedStatement(
            sql: """
                UPDATE ticket SET revision = ?, message = ?, source_digest = ?, content_digest = ?, updated_at = ?
                WHERE id = ?
                """)
        try update.execute(arguments: [
            revision, try storedMessage(), ticket.sourceDigest.data, ticket.contentDigest.data,
            ticket.updatedAt.milliseconds, key,
        ])
        var revised = ticket.ticket
        revised[.revision] = .integer(revision)
        if entry.keepsBodies { try FollowUpBook.keep(revised.json(), of: key, in: db) }
        try ReplyOrigin.keep(ticket.origin, of: key, in: db)
        forward(try entry.outgoing(revised), of: revised, .ticketRevised)
        try attach(ticket.attachments, to: revised)
        outcome.revised += 1
    }

    /// A revision of its own kind: it says something of the ticket, and what the source holds of it has not changed, so
    /// digests and time stay those of the last whole record.
    private mutating func add(_ followUp: JournalFollowUp) throws {
        let id = followUp.said.ticketID
        let number = TicketIndex.normalized(followUp.said.externalID)
        guard let known = try statements.known(id, channel: channel, number: number) else {
            return try add(
                followUp.reject(
                    "followup.unknown-ticket",
                    "'\(followUp.kind.rawValue)' of a ticket that has not come; replay it once it has"))
        }
        let (key, revision) = (known.key, known.revision + 1)
        if isRefused(id, revision: known.revision), var last = try FollowUpBook.body(of: key, in: db) {
            last[.revision] = .integer(revision)
            return try sendAgain(last, ItemKind(followUp.kind), key: key)
        }
        if try FollowUpBook.isKnown(followUp, of: key, in: db) {
            outcome.ticketIDs.append(id)
            outcome.absorbed += 1
            return
        }
        guard let body = try FollowUpBook.body(of: key, in: db) else {
            return try add(
                followUp.reject(
                    "followup.no-body",
                    "the ticket came before this channel had 'kind', and nothing is kept of it to lay this over; have "
                        + "the source send it again (or `sluice channels backfill`), then replay this"))
        }
        do {
            let merged = try FollowUpMerge(followUp: followUp, revision: revision).apply(to: body)
            try take(followUp, merged, key: key, revision: revision)
        } catch let fault as RecordFault {
            try add(JournalReject(fault: fault, bytes: followUp.bytes, digest: SHA256.hash(followUp.bytes)))
        }
    }

    /// What the inside has refused, as it stands.
    private mutating func sendAgain(_ ticket: IntakeTicket, _ kind: ItemKind, key: Int64) throws {
        hasSentRefused = true
        try db.execute(sql: "UPDATE ticket SET revision = ? WHERE id = ?", arguments: [ticket.revision, key])
        try FollowUpBook.keep(ticket.json(), of: key, in: db)
        forward(try entry.outgoing(ticket), of: ticket, kind)
        outcome.ticketIDs.append(ticket.ticketID)
        outcome.revised += 1
    }

    private mutating func take(
        _ followUp: JournalFollowUp, _ merged: IntakeTicket, key: Int64, revision: Int
    ) throws {
        let update = try db.cachedStatement(sql: "UPDATE ticket SET revision = ?, message = ? WHERE id = ?")
        try update.execute(arguments: [revision, try storedMessage(), key])
        try FollowUpBook.note(followUp, of: key, revision: revision, at: entry.committedAt, in: db)
        try FollowUpBook.keep(merged.json(), of: key, in: db)
        forward(try entry.outgoing(merged), of: merged, ItemKind(followUp.kind))
        try attach(followUp.attachments, to: merged)
        outcome.ticketIDs.append(merged.ticketID)
        outcome.revised += 1
        followUps[followUp.kind, default: 0] += 1
    }

    private mutating func forward(_ outgoing: OutgoingTicket, of ticket: IntakeTicket, _ kind: ItemKind) {
        let item = Item(
            id: ticket.ticketID, channelID: entry.channelID, kind: kind, createdAt: entry.receivedAt,
            wantsReview: entry.wantsReview, body: outgoing.body, sealed: outgoing.sealed)
        items.append((item, nil))
    }

    private func attach(_ drafts: [AttachmentDraft], to ticket: IntakeTicket) throws {
        guard !drafts.isEmpty else { return }
        let owner = AttachmentBook.Owner(
            ticketID: ticket.ticketID, externalID: ticket.externalID, channelID: entry.channelID,
            wantsReview: entry.wantsReview)
        try AttachmentBook.add(drafts, of: owner, at: entry.committedAt, in: db)
    }

    private mutating func add(_ reject: JournalReject) throws {
        outcome.rejected += 1
        if let record = reject.fault.record { outcome.rejectedRecords.append(record) }
        if outcome.rejects.count < MessageOutcome.reportedRejects { outcome.rejects.append(reject.fault) }
        if let replay = entry.replay, !replay.isWholeMessage || reject.fault.record == nil {
            // The same case still, with one more attempt behind it.
            return try RejectEvent.append(
                .rejected, to: replay.reject, by: replay.person, at: entry.committedAt,
                reason: reject.fault.description, in: db)
        }
        let known = try db.cachedStatement(sql: "SELECT 1 FROM reject WHERE channel = ? AND record_digest = ?")
        known.arguments = [channel, reject.digest.data]
        // The same bad record in every poll, or a push repeated because of its 422, is one case for the desk.
        if try Row.fetchOne(known) != nil { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO reject (channel, message, record, record_digest, stage, code, field, selector, reason,
                                    config_version, bytes, is_sealed, rejected_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let fault = reject.fault
        try insert.execute(arguments: [
            channel, try storedMessage(), fault.record, reject.digest.data, fault.stage.rawValue, fault.code,
            fault.field,
            fault.selector, fault.reason, entry.configVersion, try entry.stored(reject.bytes).data, entry.atRest != nil,
            entry.receivedAt.milliseconds,
        ])
    }

    private mutating func storedMessage() throws -> Int64 {
        if let message { return message }
        try statements.insertMessage(of: entry, channel: channel)
        message = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// Whether the replay in hand is for this revision, which the inside has refused.
    private func isRefused(_ ticketID: String, revision: Int) -> Bool {
        guard let refused = entry.replay?.refused else { return false }
        return refused == RefusalCase.digest(ticketID, revision: revision)
    }

    private func save(_ checkpoint: String) throws {
        try db.cachedStatement(sql: "UPDATE channel SET checkpoint = ? WHERE id = ?")
            .execute(arguments: [checkpoint, channel])
    }

    /// A replay is closed once anything could be read of it; records rejected beside are cases of their own.
    private func closeReplay() throws {
        guard let replay = entry.replay else { return }
        let isTaken =
            replay.refused != nil
            ? hasSentRefused
            : replay.isWholeMessage ? !entry.rejects.contains { $0.fault.record == nil } : outcome.accepted > 0
        guard isTaken else { return }
        try RejectEvent.append(
            .replayed, to: replay.reject, by: replay.person, at: entry.committedAt, ticketID: outcome.ticketIDs.first,
            reason: outcome.summary, in: db)
    }

    func count(in counts: inout LedgerCounts) {
        let received = entry.records.count + entry.rejects.count
        let steps =
            [
                entry.replay == nil ? ("messages", entry.isContinued ? 0 : 1) : ("replayed", received),
                ("received", received),
                ("new", outcome.new), ("revised", outcome.revised), ("absorbed", outcome.absorbed),
                ("rejected", outcome.rejected),
            ] + followUps.map { ($0.key.rawValue, $0.value) }
        for (name, count) in steps { counts.add(count, to: name, channel: entry.channelID, day: entry.day) }
    }
}

private typealias OutboxDraft = (item: Item, reference: Int64?)

extension ItemKind {
    init(_ followUp: FollowUpKind) {
        switch followUp {
        case .withdrawn: self = .ticketWithdrawn
        case .supplemented: self = .ticketSupplemented
        case .urged: self = .ticketUrged
        }
    }
}
