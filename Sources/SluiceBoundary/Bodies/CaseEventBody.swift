public import SluiceSDK

/// The body of an outward `case.event`: the only things that may leave the internal network.
public struct CaseEventBody: Sendable, Equatable {
    public static let schemaVersion = "1"

    /// Stable for one event of a case, the same in every attempt; also the item's id.
    public var replyID: String
    public var ticketID: String
    public var channelID: String
    public var externalID: String
    /// What happened: `replied`, `returned`, `accepted`, …
    public var event: String
    /// The case's status after it.
    public var status: String
    /// The text that the citizen may read.
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
        self.publicText = publicText
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
        throw BodyFault("schema.not-read", "strict reading is not built yet")
    }
}
