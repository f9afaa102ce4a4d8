/// Bytes as a channel received them, before anything was understood.
public struct RawMessage: Sendable {
    public var bytes: [UInt8]
    /// Media type, with parameters, as the sender said it; nil when it said nothing.
    public var contentType: String?
    /// Where it came from, for people: a file name, a remote address. No credentials.
    public var origin: String

    public init(bytes: [UInt8], contentType: String? = nil, origin: String = "") {
        self.bytes = bytes
        self.contentType = contentType
        self.origin = origin
    }
}

/// A raw message and the promise to tell its source about it.
public struct InboundMessage: Sendable {
    public var message: RawMessage
    /// Stored in the same transaction as the message's tickets; given back as `ChannelContext.checkpoint`.
    public var checkpoint: String?
    /// Set when the transport itself could not take the message (too large, not to be fetched): it becomes a reject
    /// with this fault, undecoded, and `message` holds what there is of it.
    public var refusal: RecordFault?
    /// Called after the journal has committed and not before. It may be called again after a crash.
    public var acknowledge: @Sendable (MessageOutcome) async throws -> Void

    public init(
        _ message: RawMessage, checkpoint: String? = nil, refusal: RecordFault? = nil,
        acknowledge: @escaping @Sendable (MessageOutcome) async throws -> Void
    ) {
        self.message = message
        self.checkpoint = checkpoint
        self.refusal = refusal
        self.acknowledge = acknowledge
    }
}

/// What became of the records of one raw message, once it is durable.
public struct MessageOutcome: Sendable, Equatable {
    /// Tickets seen for the first time.
    public var new = 0
    /// Tickets known before, with new content.
    public var revised = 0
    /// The same content again: same ticket id, nothing new goes on.
    public var absorbed = 0
    public var rejected = 0
    /// Ticket ids in record order, of everything that was not rejected.
    public var ticketIDs: [String] = []
    /// Positions in the message of everything that was rejected, from 0; with `ticketIDs`, what became of each record.
    public var rejectedRecords: [Int] = []
    /// The first few rejects, fit for the upstream's eyes: no values, only places and reasons.
    public var rejects: [RecordFault] = []

    public init() {}

    /// New, revised and absorbed: what the upstream may forget about.
    public var accepted: Int { new + revised + absorbed }

    /// "2 new, 1 rejected".
    public var summary: String {
        let counts = [(new, "new"), (revised, "revised"), (absorbed, "absorbed"), (rejected, "rejected")]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? "no records" : parts.joined(separator: ", ")
    }
}

/// Why one record was not taken.
public struct RecordFault: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Stage: String, Sendable {
        case decode, map
        /// Mapped and forwarded, and refused on the internal side.
        case admit
    }

    public var stage: Stage
    /// Position in the message, from 0; nil when the whole message is meant.
    public var record: Int?
    /// The ticket field, where one is at fault.
    public var field: String?
    /// The selector, where one is at fault.
    public var selector: String?
    /// A stable short label: `json.depth`, `map.required`.
    public var code: String
    public var reason: String

    public init(
        _ stage: Stage, _ code: String, _ reason: String, record: Int? = nil, field: String? = nil,
        selector: String? = nil
    ) {
        self.stage = stage
        self.code = code
        self.reason = reason
        self.record = record
        self.field = field
        self.selector = selector
    }

    public var description: String {
        var text = "[\(code)]"
        if let record { text += " record \(record)" }
        if let field { text += " field \(field)" }
        if let selector { text += " (\(selector))" }
        return text + ": " + reason
    }
}
