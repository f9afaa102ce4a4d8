import SluiceSDK

/// A person's order to ask a channel's source again.
struct BackfillOrder: Sendable {
    var channel: String
    var from: Timestamp
    var person: String
    /// Only say what it would do.
    var isPlan: Bool

    init(_ channel: String, from: Timestamp, by person: String, isPlan: Bool) {
        self.channel = channel
        self.from = from
        self.person = person
        self.isPlan = isPlan
    }

    init(_ request: JSONElement) throws {
        guard let channel = request["channel"]?.string, let person = request["by"]?.string, !person.isEmpty,
            let from = request["from"]?.string.flatMap(Timestamp.init(rfc3339:))
        else { throw CommandFailure("a backfill needs 'channel', 'from' and 'by'") }
        self.init(channel, from: from, by: person, isPlan: request["plan"]?.string == "true")
    }

    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("channel", channel)
        writer.field("from", from.rfc3339())
        writer.field("by", person)
        writer.field("plan", isPlan ? "true" : "false")
        writer.endObject()
        return writer.bytes
    }

    /// What the channel's zone answers.
    static func json(_ rewound: RewoundCheckpoint) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("effect", rewound.effect)
        writer.endObject()
        return writer.bytes
    }
}
