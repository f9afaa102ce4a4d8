internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// Something that handlers are to hear, before it is written.
struct NewEvent {
    /// The CloudEvents id: made from what happened, so that a restored store gives the same.
    var uid: String
    var ticket: Int64
    /// `ticket.opened`, `case.replied`, …
    var kind: String
    /// `revision.id` as it stood.
    var revision: Int64
    var status: CaseStatus
    var at: Timestamp
    var day: Day
    /// JSON of a case event; nil otherwise.
    var detail: [UInt8]?
}

/// Writes events and who is to get them.
enum EventBook {
    /// - Parameter handlers: who has a share; those who did not ask for this kind are left out.
    /// - Returns: `event.id`
    @discardableResult
    static func append(
        _ event: NewEvent, to handlers: some Sequence<RosterEntry>, tally: inout LedgerTally, _ db: Database
    ) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO event (uid, ticket, kind, revision, status, at, day, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            event.uid, event.ticket, event.kind, event.revision, event.status.rawValue, event.at.milliseconds,
            event.day.number, event.detail.map(Blob.data),
        ])
        let id = db.lastInsertedRowID
        for handler in handlers where handler.profile.events.contains(event.kind) {
            try queue(id, ticket: event.ticket, for: handler.key, db)
            tally.add(.deliveriesMade, day: event.day, subject: handler.profile.id)
        }
        return id
    }

    private static func queue(_ event: Int64, ticket: Int64, for handler: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "INSERT INTO delivery (handler, event, ticket) VALUES (?, ?, ?)")
        try statement.execute(arguments: [handler, event, ticket])
    }
}
