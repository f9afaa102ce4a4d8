internal import GRDB
internal import Logging
internal import SluiceBoundary
public import SluiceSDK
public import SluiceStore

/// Where a person orders that a requester's data is erased, here and in the zones outward.
public struct ErasureDesk: Sendable {
    private let store: Store
    private let book: TicketBook
    private let clock: @Sendable () -> Timestamp

    /// For a command, beside the zone or while it does not run.
    public init(store: Store, clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.init(store: store, book: TicketBook(index: TicketIndex()), clock: clock)
    }

    init(store: Store, book: TicketBook, clock: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.book = book
        self.clock = clock
    }

    /// Tickets one of whose personal fields is exactly this: a phone number, a name, an account, an address for mail.
    /// Reads through all tickets.
    public func tickets(of requester: String) async throws -> [String] {
        guard !requester.isEmpty else { return [] }
        return try await store.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT DISTINCT t.ticket_id, unpacked(r.body) FROM revision r JOIN ticket t ON t.id = r.ticket
                    WHERE instr(unpacked(r.body), CAST(? AS BLOB)) > 0 ORDER BY t.id
                    """, arguments: [requester])
            var found: [String] = []
            while let row = try rows.next() {
                let id: String = row[0]
                if found.last != id, (try? IntakeDocument.read(Blob.bytes(row, 1)))?.names(requester) == true {
                    found.append(id)
                }
            }
            return found
        }
    }

    /// Writes the orders down and sends them outward, in one transaction, and carries them out here.
    /// - Returns: the erasure's id, the same in every zone's audit.
    /// - Throws: `CaseError.unknownTicket`; nothing was ordered then.
    public func erase(
        _ ticketIDs: [String], extent: ErasureExtent, reason: String, by person: String
    ) async throws -> String {
        let now = clock()
        let id = StableID.make(["erasure", String(now.milliseconds), person] + ticketIDs)
        try await store.commit { db in
            for ticketID in ticketIDs {
                let order = try order(id, ticketID, extent, at: now, db)
                try ErasureBook.add(
                    order, person: TextHygiene.clean(person).text, reason: TextHygiene.clean(reason).text, in: db)
                let item = Item(
                    id: order.id, channelID: order.channelID, kind: .erasure, createdAt: now,
                    schema: ErasureBody.schemaVersion, body: order.json())
                try Outbox.append(item, to: .internalToRelay, in: db)
            }
        }
        try await runner.step()
        return id
    }

    var runner: ErasureRunner {
        let erasure = InternalErasure(store: store, book: book)
        return ErasureRunner(
            store: store, logger: Logger(label: "erasure"), clock: clock, apply: { try await erasure.apply($0) })
    }

    /// What carried the ticket: its revisions and its replies, by id and when they were made.
    private func order(
        _ id: String, _ ticketID: String, _ extent: ErasureExtent, at now: Timestamp, _ db: Database
    ) throws -> ErasureBody {
        guard let ticket = try book.row(of: ticketID, db),
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT c.name, t.external_id, t.latest FROM ticket t JOIN channel c ON c.id = t.channel WHERE t.id = ?
                    """, arguments: [ticket])
        else { throw CaseError.unknownTicket }
        var carriers: [ErasureBody.Carrier] = []
        let body = try db.cachedStatement(sql: "SELECT unpacked(body) FROM revision WHERE id = ?")
        for revision in try TicketBook.revisions(from: row[2], db) {
            guard let found = try Row.fetchOne(body, arguments: [revision.id]) else { continue }
            let received = try? IntakeDocument.read(Blob.bytes(found, 0)).text(.receivedAt)
            if let time = received.flatMap({ Timestamp(rfc3339: $0) }) {
                carriers.append(.init(itemID: ticketID, createdAt: time))
            }
        }
        if extent == .all {
            carriers += try Row.fetchAll(
                db, sql: "SELECT reply_id, offered_at FROM reply WHERE ticket = ?", arguments: [ticket]
            ).map { .init(itemID: $0[0], createdAt: Timestamp(milliseconds: $0[1])) }
        }
        return ErasureBody(
            erasureID: id, ticketID: ticketID, channelID: row[0], externalID: row[1], extent: extent,
            carriers: carriers, orderedAt: now)
    }
}
