internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Looks at files whose pieces are all here, beside the way of the tickets: size and digest of the whole, and what it is.
/// Then the ticket's timeline says so, and handlers that asked for `ticket.attached` hear it.
struct AttachmentShelf: Sendable {
    let store: Store
    let roster: Roster
    let book: TicketBook
    let signal: Signal
    /// Wakes who delivers.
    let told: @Sendable () -> Void
    let clock: @Sendable () -> Timestamp
    let logger: Logger

    /// Until its task is cancelled.
    func run() async throws {
        while true {
            do {
                let hasMore = try await step()
                if hasMore { continue }
            } catch {
                if Task.isCancelled { throw error }
                logger.error("files could not be looked at", metadata: ["error": "\(error)"])
            }
            await signal.wait(upTo: .seconds(10))
            try Task.checkCancellation()
        }
    }

    /// - Returns: true when something was done.
    func step() async throws -> Bool {
        let whole = try await store.read { try AttachmentBook.whole($0) }
        for file in whole {
            let type = try await look(at: file)
            let now = clock()
            try await store.commit { try AttachmentBook.finish(file.key, type: type, at: now, $0) }
            Failpoint.attachmentWhole.reached()
        }
        let now = clock()
        let isAnyUntold = try await store.read { try !untold($0).isEmpty }
        guard isAnyUntold else { return !whole.isEmpty }
        try await store.commit { db in
            var tally = LedgerTally()
            for key in try untold(db) { try tell(key, at: now, &tally, db) }
            try tally.flush(db)
        }
        Failpoint.attachmentTold.reached()
        told()
        return true
    }

    /// - Returns: what it is; nil when the pieces are not the file that was announced.
    private func look(at file: AttachmentBook.Whole) async throws -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(file.size)
        for number in 1...max(1, file.pieces) {
            bytes += try await store.read { try AttachmentBook.bytes(of: file.key, piece: number, $0) }
        }
        guard bytes.count == file.size, Hex.encode(SHA256.hash(bytes)) == file.sha256 else { return nil }
        return MediaKind.of(bytes)
    }

    /// Files that have come to an end of which their ticket, which is here, does not know.
    func untold(_ db: Database) throws -> [Int64] {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT id, ticket_id FROM attachment WHERE is_told = 0 AND state <> 'arriving' ORDER BY id")
        var (found, late): ([Int64], LateTickets) = ([], LateTickets())
        while found.count < 100, let row = try rows.next() {
            if try book.index.row(of: row[1], &late, db) != nil { found.append(row[0]) }
        }
        return found
    }

    private func tell(_ key: Int64, at now: Timestamp, _ tally: inout LedgerTally, _ db: Database) throws {
        try db.execute(sql: "UPDATE attachment SET is_told = 1 WHERE id = ?", arguments: [key])
        guard let file = try AttachmentEntry.find(key, db), let ticket = try book.find(file.ticketID, db),
            let step = TimelineStep(rawValue: "attachment." + file.state)
        else { return }
        var event: Int64?
        if file.state == "available" { event = try announce(file, ticket, at: now, &tally, db) }
        let detail = [file.id, file.type, file.code].compactMap { $0 }.joined(separator: " ")
        try Timeline.append(step, ticket: ticket.id, at: now, actor: "gateway", detail: detail, event: event, db)
    }

    private func announce(
        _ file: AttachmentEntry, _ ticket: KnownTicket, at now: Timestamp, _ tally: inout LedgerTally, _ db: Database
    ) throws -> Int64? {
        let kind = "ticket.attached"
        let holders = try ShareLog.holders(of: ticket.id, db).compactMap { roster[$0] }
            .filter { $0.profile.events.contains(kind) && $0.profile.policy.shows(.attachments) }
        guard !holders.isEmpty else { return nil }
        var detail = JSONWriter()
        file.write(to: &detail)
        return try EventBook.append(
            NewEvent(
                uid: StableID.make(["event", file.ticketID, kind, file.id]), ticket: ticket.id, kind: kind,
                revision: ticket.latest, status: ticket.status, at: now, day: ticket.day, detail: detail.bytes),
            to: holders, tally: &tally, db)
    }
}
