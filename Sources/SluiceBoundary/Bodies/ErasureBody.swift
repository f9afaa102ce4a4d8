public import SluiceSDK

/// The body of an outward `erasure`: one ticket of which personal data is to be taken away in every zone. It names the
/// ticket and nothing of the person.
public struct ErasureBody: Sendable, Equatable {
    public static let schemaVersion = "1"
    /// Most items that one order names.
    public static let mostItems = 500

    /// An item that carried the ticket or one of its replies: found by its id and when it was made.
    public struct Carrier: Sendable, Hashable {
        public var itemID: String
        public var createdAt: Timestamp

        public init(itemID: String, createdAt: Timestamp) {
            self.itemID = itemID
            self.createdAt = createdAt
        }
    }

    /// The order: the same for all tickets of one person, and in every zone's audit.
    public var erasureID: String
    public var ticketID: String
    public var channelID: String
    public var externalID: String
    public var extent: ErasureExtent
    public var carriers: [Carrier]
    public var orderedAt: Timestamp

    public init(
        erasureID: String, ticketID: String, channelID: String, externalID: String, extent: ErasureExtent,
        carriers: [Carrier], orderedAt: Timestamp
    ) {
        self.erasureID = erasureID
        self.ticketID = ticketID
        self.channelID = channelID
        self.externalID = externalID
        self.extent = extent
        self.carriers = Array(carriers.prefix(Self.mostItems))
        self.orderedAt = orderedAt
    }

    /// The item's id.
    public var id: String { StableID.make(["erasure", erasureID, ticketID]) }

    /// As the body and the zones' tables spell them.
    public var carriersText: String {
        carriers.map { "\($0.itemID)/\($0.createdAt.milliseconds)" }.joined(separator: " ")
    }

    public static func carriers(_ text: String) throws(BodyFault) -> [Carrier] {
        var carriers: [Carrier] = []
        for part in text.split(separator: " ") {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count == 2, Name.isValid(String(halves[0])), let time = Int64(halves[1]) else {
                throw BodyFault("schema.carrier", path: "items", "an item is not written as id/milliseconds")
            }
            carriers.append(Carrier(itemID: String(halves[0]), createdAt: Timestamp(milliseconds: time)))
        }
        guard carriers.count <= mostItems else { throw BodyFault("schema.too-long", path: "items", "too many items") }
        return carriers
    }

    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("schema_version", Self.schemaVersion)
        writer.field("erasure_id", erasureID)
        writer.field("ticket_id", ticketID)
        writer.field("channel_id", channelID)
        writer.field("external_id", externalID)
        writer.field("extent", extent.rawValue)
        writer.field("items", carriersText)
        writer.field("ordered_at", orderedAt.rfc3339())
        writer.endObject()
        return writer.bytes
    }

    /// Reads strictly: an unknown member, a wrong type or a foreign schema version is refused.
    public init(json bytes: [UInt8]) throws(BodyFault) {
        let body = try StrictBody(bytes, version: Self.schemaVersion, known: Self.members)
        erasureID = try body.name("erasure_id")
        ticketID = try body.name("ticket_id")
        channelID = try body.name("channel_id")
        externalID = try body.text("external_id")
        extent = ErasureExtent(rawValue: try body.oneOf(ErasureExtent.allCases.map(\.rawValue), "extent")) ?? .personal
        carriers = try Self.carriers(try body.text("items"))
        orderedAt = try body.time("ordered_at")
    }

    private static let members: Set<String> = [
        "schema_version", "erasure_id", "ticket_id", "channel_id", "external_id", "extent", "items", "ordered_at",
    ]
}
