public import SluiceSDK

/// The body of an outward `refusal`: a ticket's revision was released and could not be admitted. It names the ticket,
/// the rule and what to do, and nothing of the content.
public struct RefusalBody: Sendable, Equatable {
    public static let schemaVersion = "1"

    public var ticketID: String
    public var channelID: String
    public var externalID: String
    public var revision: Int
    /// `sealed.key-unknown`, `sealed.broken`, `text.control`, …
    public var code: String
    public var reason: String
    public var at: Timestamp

    public init(
        ticketID: String, channelID: String, externalID: String, revision: Int, code: String, reason: String,
        at: Timestamp
    ) {
        self.ticketID = ticketID
        self.channelID = channelID
        self.externalID = externalID
        self.revision = revision
        self.code = code
        self.reason = TextHygiene.clean(String(reason.prefix(500))).text
        self.at = at
    }

    /// The item's id: the same however often the revision comes.
    public var id: String { StableID.make(["refusal", ticketID, String(revision)]) }

    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("schema_version", Self.schemaVersion)
        writer.field("ticket_id", ticketID)
        writer.field("channel_id", channelID)
        writer.field("external_id", externalID)
        writer.field("revision", revision)
        writer.field("code", code)
        writer.field("reason", reason)
        writer.field("at", at.rfc3339())
        writer.endObject()
        return writer.bytes
    }

    /// Reads strictly: an unknown member, a wrong type or a foreign schema version is refused.
    public init(json bytes: [UInt8]) throws(BodyFault) {
        let body = try StrictBody(bytes, version: Self.schemaVersion, known: Self.members)
        ticketID = try body.name("ticket_id")
        channelID = try body.name("channel_id")
        externalID = try body.text("external_id")
        guard let number = try body.optionalInteger("revision"), number >= 1 else {
            throw BodyFault("schema.range", path: "revision", "revisions count from 1")
        }
        revision = number
        code = try body.name("code")
        reason = try body.text("reason")
        at = try body.time("at")
    }

    private static let members: Set<String> = [
        "schema_version", "ticket_id", "channel_id", "external_id", "revision", "code", "reason", "at",
    ]
}
