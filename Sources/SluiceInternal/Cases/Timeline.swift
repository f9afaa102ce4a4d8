internal import GRDB
internal import SluiceSDK

/// The steps of a ticket, as they happened. Deliveries are not among them: they are read from their own tables.
enum TimelineStep: String, Sendable {
    case admitted
    case revised
    case withdrawn
    case supplemented
    case urged
    /// A revision that came after a later one had been admitted.
    case superseded
    /// A revision that the relay holds.
    case held
    /// A revision that the relay rejected.
    case rejected
    case caseEvent = "case.event"
    case replyOffered = "reply.offered"
    case replyHeld = "reply.held"
    case replyRefused = "reply.refused"
    case replySent = "reply.sent"
    case replyAcknowledged = "reply.acknowledged"
    case replyFailed = "reply.failed"
    case replyNotWanted = "reply.not_wanted"
    case attachmentAvailable = "attachment.available"
    case attachmentFailed = "attachment.failed"
    case attachmentRejected = "attachment.rejected"
    case attachmentDamaged = "attachment.damaged"
}

enum Timeline {
    /// - Parameter actor: `gateway`, `relay`, a channel or a handler.
    static func append(
        _ step: TimelineStep, ticket: Int64, at: Timestamp, actor: String, detail: String = "", event: Int64? = nil,
        _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO timeline (ticket, number, at, step, actor, detail, event)
                VALUES (?1, coalesce((SELECT max(number) FROM timeline WHERE ticket = ?1), 0) + 1, ?2, ?3, ?4, ?5, ?6)
                """)
        try statement.execute(arguments: [ticket, at.milliseconds, step.rawValue, actor, detail, event])
    }

    /// The first step of a new ticket: no look at what is there.
    static func begin(ticket: Int64, at: Timestamp, actor: String, detail: String, event: Int64, _ db: Database) throws
    {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO timeline (ticket, number, at, step, actor, detail, event) VALUES (?, 1, ?, ?, ?, ?, ?)")
        try statement.execute(
            arguments: [ticket, at.milliseconds, TimelineStep.admitted.rawValue, actor, detail, event])
    }
}
