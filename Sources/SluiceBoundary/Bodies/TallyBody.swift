public import SluiceSDK

/// The body of an inward `tally`: what the external side has counted of one channel on one day, so far.
///
/// Cumulative: a later one of the same day and channel replaces the earlier, so that one more, or one that comes late,
/// changes nothing.
public struct TallyBody: Sendable, Equatable {
    public static let schemaVersion = "1"
    /// Most open items that one tally names.
    public static let mostOpen = 500
    /// What one channel can have in a day, by far: sums of counts stay numbers.
    private static let mostCounted = 1 << 40

    public enum Entry: String, Sendable, CaseIterable {
        case messages, received, new, revised, absorbed, rejected, refused
        /// Items that the inside has receipted, and those that the relay rejected for good.
        case itemsAdmitted = "items_admitted"
        case itemsRejected = "items_rejected"
    }

    /// An item that is neither admitted nor rejected for good.
    public struct OpenItem: Sendable, Hashable {
        public enum State: String, Sendable, CaseIterable {
            /// Without a verdict, held by the relay, or released and without a receipt.
            case waiting, held, released
        }

        public var ticketID: String
        public var revision: Int
        public var state: State

        public init(ticketID: String, revision: Int, state: State) {
            self.ticketID = ticketID
            self.revision = revision
            self.state = state
        }
    }

    /// `2026-01-05`, of `received_at` in the gateway's time zone.
    public var day: String
    public var channelID: String
    public var counts: [Entry: Int]
    /// Named once they stand still; empty while things flow.
    public var open: [OpenItem]
    public var at: Timestamp

    public init(day: String, channelID: String, counts: [Entry: Int], open: [OpenItem] = [], at: Timestamp) {
        self.day = day
        self.channelID = channelID
        self.counts = counts
        self.open = Array(open.prefix(Self.mostOpen))
        self.at = at
    }

    /// The item's id: one for each day and channel.
    public var id: String { StableID.make(["tally", day, channelID]) }

    /// Items that are on the way, as far as the outside knows.
    public var openCount: Int {
        count(.new) + count(.revised) - count(.itemsAdmitted) - count(.itemsRejected)
    }

    public func count(_ entry: Entry) -> Int { counts[entry] ?? 0 }

    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("schema_version", Self.schemaVersion)
        writer.field("day", day)
        writer.field("channel_id", channelID)
        for entry in Entry.allCases { writer.field(entry.rawValue, count(entry)) }
        writer.field("open", open.map { "\($0.ticketID)/\($0.revision)/\($0.state.rawValue)" }.joined(separator: " "))
        writer.field("at", at.rfc3339())
        writer.endObject()
        return writer.bytes
    }

    /// Reads strictly: an unknown member, a wrong type, a negative count or a foreign schema version is refused.
    public init(json bytes: [UInt8]) throws(BodyFault) {
        let known = Set(Entry.allCases.map(\.rawValue) + ["schema_version", "day", "channel_id", "open", "at"])
        let body = try StrictBody(bytes, version: Self.schemaVersion, known: known)
        day = try body.name("day")
        guard Self.isDay(day) else { throw BodyFault("schema.date", path: "day", "the day is not like 2026-01-05") }
        channelID = try body.name("channel_id")
        counts = [:]
        for entry in Entry.allCases {
            guard let count = try body.optionalInteger(entry.rawValue), (0...Self.mostCounted).contains(count) else {
                throw BodyFault("schema.count", path: entry.rawValue, "a count is missing, below zero or impossible")
            }
            counts[entry] = count
        }
        open = []
        for part in try body.text("open").split(separator: " ") { open.append(try Self.openItem(part)) }
        guard open.count <= Self.mostOpen else { throw BodyFault("schema.too-long", path: "open", "too many items") }
        at = try body.time("at")
    }

    private static func openItem(_ text: Substring) throws(BodyFault) -> OpenItem {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, Name.isValid(String(parts[0])), let revision = Int(parts[1]), revision >= 1,
            let state = OpenItem.State(rawValue: String(parts[2]))
        else { throw BodyFault("schema.open", path: "open", "an item is not written as ticket/revision/state") }
        return OpenItem(ticketID: String(parts[0]), revision: revision, state: state)
    }

    private static func isDay(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 10
            && bytes.enumerated().allSatisfy { index, byte in
                index == 4 || index == 7 ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
            }
    }
}
