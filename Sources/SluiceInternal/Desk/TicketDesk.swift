internal import GRDB
public import SluiceSDK
public import SluiceStore

/// Look-ups for people: by text, by any of a ticket's numbers, and what happened to it.
public struct TicketDesk: Sendable {
    let store: Store
    let zone: Zone
    let book: TicketBook

    /// For a command, beside the zone or while it does not run.
    public init(store: Store, zone: Zone) {
        self.init(store: store, zone: zone, book: TicketBook(index: TicketIndex()))
    }

    init(store: Store, zone: Zone, book: TicketBook) {
        self.store = store
        self.zone = zone
        self.book = book
    }

    /// Tickets whose number, external id or document contains the text, newest first. Reads through all tickets.
    public func search(_ text: String, limit: Int = 50) async throws -> [TicketSummary] {
        try await store.read { db in
            try TicketSummary.fetch(
                db,
                where: """
                    t.external_id = ?1 OR instr(t.number, ?1) > 0
                    OR instr((SELECT unpacked(body) FROM revision WHERE id = t.latest), CAST(?1 AS BLOB)) > 0
                    ORDER BY t.id DESC LIMIT \(max(0, limit))
                    """, arguments: [text])
        }
    }

    /// The newest tickets.
    public func latest(_ limit: Int) async throws -> [TicketSummary] {
        try await store.read { db in
            try TicketSummary.fetch(db, where: "true ORDER BY t.id DESC LIMIT \(max(0, limit))", arguments: [])
        }
    }

    /// The tickets that an id may mean: a ticket id, a source's own number (one for each channel that uses it), or the
    /// number given on admission.
    public func find(_ id: String) async throws -> [TicketSummary] {
        try await store.read { db in
            let names = try Row.fetchAll(db, sql: "SELECT jurisdiction, name FROM channel").map { row in
                StableID.ticket(jurisdictionID: row[0], channelID: row[1], externalID: id)
            }
            // Ids are digests of names, so that a source's number needs no index of its own.
            let rows = try ([id] + names).compactMap { try book.row(of: $0, db) }
            let found = try rows.flatMap { try TicketSummary.fetch(db, where: "t.id = ?", arguments: [$0]) }
            if !found.isEmpty { return found }
            return try TicketSummary.fetch(db, where: "t.number = ?", arguments: [id])
        }
    }

    /// The ticket document as JSON.
    /// - Parameter showsPersonal: false masks every personal field.
    public func document(_ ticketID: String, showsPersonal: Bool = false) async throws -> [UInt8]? {
        let policy = showsPersonal ? FieldPolicy() : FieldPolicy(mask: .personal)
        let (zone, book) = (zone, book)
        return try await store.read { db in
            guard let ticket = try book.find(ticketID, db) else { return nil }
            var writer = JSONWriter(reserving: 2048)
            try TicketDocument.current(ticket, roster: nil, db).write(to: &writer, policy: policy, zone: zone)
            return writer.bytes
        }
    }

    /// Every step of a ticket in both directions, in the order of time.
    public func trace(_ ticketID: String) async throws -> [TraceStep] {
        try await store.read { db in
            guard let ticket = try book.find(ticketID, db) else { return [] }
            let steps = try TraceStep.timeline(of: ticket.id, db) + TraceStep.deliveries(of: ticket.id, db)
            // Stable: steps of the same millisecond stay in the order in which they were made.
            return steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        }
    }

    /// Those of the given revisions that were neither admitted nor wait.
    public func missing(_ revisions: [(ticketID: String, revision: Int)]) async throws -> [(
        ticketID: String, revision: Int
    )] {
        let wanted = revisions.map { Revision(ticketID: $0.ticketID, revision: $0.revision) }
        let missing = try await store.read { db in
            try wanted.filter { revision in try !isKnown(revision, db) }
        }
        return missing.map { ($0.ticketID, $0.revision) }
    }

    private struct Revision: Sendable {
        var ticketID: String
        var revision: Int
    }

    private func isKnown(_ wanted: Revision, _ db: Database) throws -> Bool {
        if let ticket = try book.find(wanted.ticketID, db) {
            if ticket.revision == wanted.revision { return true }
            let revisions = try TicketBook.revisions(from: ticket.latest, db)
            if revisions.contains(where: { $0.revision == wanted.revision }) { return true }
        }
        return try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM waiting WHERE ticket_id = ? AND revision = ?)"),
            arguments: [wanted.ticketID, wanted.revision]) ?? false
    }
}
