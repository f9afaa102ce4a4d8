public import SluiceSDK

/// The body of an outward `case.event`: the only things that may leave the internal network.
public struct CaseEventBody: Sendable, Equatable {
    public static let schemaVersion = "1"
    /// What can happen to a case, and what its status can be.
    public static let events = [
        "assigned", "accepted", "in_progress", "feedback", "reviewed", "replied", "returned", "evaluated", "closed",
    ]
    public static let statuses = [
        "received", "assigned", "in_progress", "feedback", "reviewing", "replied", "returned", "evaluated", "closed",
    ]

    /// Stable for one event of a case, the same in every attempt; also the item's id.
    public var replyID: String
    public var ticketID: String
    public var channelID: String
    public var externalID: String
    /// What happened: `replied`, `returned`, `accepted`, …
    public var event: String
    /// The case's status after it.
    public var status: String
    /// The text that the citizen may read; control and bidirectional characters are stripped from it.
    public var publicText: String?
    public var repliedAt: Timestamp

    public init(
        replyID: String, ticketID: String, channelID: String, externalID: String, event: String, status: String,
        publicText: String? = nil, repliedAt: Timestamp
    ) {
        self.replyID = replyID
        self.ticketID = ticketID
        self.channelID = channelID
        self.externalID = externalID
        self.event = event
        self.status = status
        self.publicText = publicText.map { TextHygiene.clean($0).text }
        self.repliedAt = repliedAt
    }

    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("schema_version", Self.schemaVersion)
        writer.field("reply_id", replyID)
        writer.field("ticket_id", ticketID)
        writer.field("channel_id", channelID)
        writer.field("external_id", externalID)
        writer.field("event", event)
        writer.field("status", status)
        writer.field("public_text", publicText)
        writer.field("replied_at", repliedAt.rfc3339())
        writer.endObject()
        return writer.bytes
    }

    /// Reads strictly: an unknown member, a wrong type or a foreign schema version is refused.
    public init(json bytes: [UInt8]) throws(BodyFault) {
        let body = try StrictBody(bytes, version: Self.schemaVersion, known: Self.members)
        replyID = try body.name("reply_id")
        ticketID = try body.name("ticket_id")
        channelID = try body.name("channel_id")
        externalID = try body.text("external_id")
        event = try body.oneOf(Self.events, "event")
        status = try body.oneOf(Self.statuses, "status")
        publicText = try body.optionalText("public_text")
        repliedAt = try body.time("replied_at")
    }

    private static let members: Set<String> = [
        "schema_version", "reply_id", "ticket_id", "channel_id", "external_id", "event", "status", "public_text",
        "replied_at",
    ]
}
