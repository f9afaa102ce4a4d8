internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// A ticket as the store knows it.
struct KnownTicket {
    var id: Int64
    var ticketID: String
    var revision: Int
    /// `revision.id` of the latest.
    var latest: Int64
    var status: CaseStatus
    var day: Day
    var owner: Int64

    init(row: Row) {
        id = row[0]
        revision = row[1]
        latest = row[2]
        status = CaseStatus(rawValue: row[3]) ?? .received
        day = Day(number: row[4])
        owner = row[5]
        ticketID = row[6]
    }
}

/// Reads and writes tickets and their revisions.
struct TicketBook: Sendable {
    let index: TicketIndex

    func find(_ ticketID: String, _ db: Database) throws -> KnownTicket? {
        guard let row = try row(of: ticketID, db) else { return nil }
        let statement = try db.cachedStatement(
            sql: "SELECT id, revision, latest, status, day, owner, ticket_id FROM ticket WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [row]).map(KnownTicket.init(row:))
    }

    /// `ticket.id`
    func row(of ticketID: String, _ db: Database) throws -> Int64? { try index.row(of: ticketID, db) }

    /// - Parameter latest: the number that its first revision will get.
    /// - Returns: `ticket.id`, or nil when the ticket is known already.
    func insert(
        _ ticket: PreparedTicket, number: String, channel: Int64, latest: Int64, at: Timestamp, _ db: Database
    ) throws -> Int64? {
        guard try index.rowForWriter(of: ticket.ticketID, db) == nil else { return nil }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO ticket (ticket_id, number, channel, external_id, day, admitted_at, revision, latest, status, owner)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            ticket.ticketID, number, channel, ticket.externalID, ticket.day.number, at.milliseconds, ticket.revision,
            latest, CaseStatus.received.rawValue, ticket.owner.key,
        ])
        let row = db.lastInsertedRowID
        index.note(ticket.ticketID, row: row)
        return row
    }

    static func nextRevisionID(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(id), 0) + 1 FROM revision")) ?? 1
    }

    static func insertRevision(
        id: Int64, of ticket: Int64, _ prepared: PreparedTicket, previous: Int64?, at: Timestamp, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO revision (id, ticket, revision, previous, admitted_at, body) VALUES (?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            id, ticket, prepared.revision, previous, at.milliseconds, Packed.data(prepared.item.body),
        ])
    }

    static func advance(_ ticket: KnownTicket, to revision: Int, latest: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "UPDATE ticket SET revision = ?, latest = ? WHERE id = ?")
        try statement.execute(arguments: [revision, latest, ticket.id])
    }

    static func withdraw(_ ticket: Int64, at: Timestamp, _ db: Database) throws {
        try db.execute(sql: "UPDATE ticket SET withdrawn_at = ? WHERE id = ?", arguments: [at.milliseconds, ticket])
    }

    /// Puts a late revision into its place in the history.
    static func link(_ revision: Int64, previous: Int64, _ db: Database) throws {
        try db.execute(sql: "UPDATE revision SET previous = ? WHERE id = ?", arguments: [previous, revision])
    }

    /// The admitted revisions of a ticket, latest first: (revision.id, revision).
    static func revisions(from latest: Int64, _ db: Database) throws -> [(id: Int64, revision: Int)] {
        let statement = try db.cachedStatement(sql: "SELECT revision, previous FROM revision WHERE id = ?")
        var found: [(id: Int64, revision: Int)] = []
        var next: Int64? = latest
        while let id = next, let row = try Row.fetchOne(statement, arguments: [id]) {
            found.append((id, row[0]))
            next = row[1]
        }
        return found
    }
}
