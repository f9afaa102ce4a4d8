/// Carries a reply out to the channel that the citizen used. `init` validates and does no I/O.
public protocol ReplySender: Plugin {
    init(_ config: Config, context: ChannelContext) throws

    /// What has to be remembered of a message when it comes in, so that a reply to its tickets can be sent; nothing
    /// unless a sender says otherwise.
    /// - Throws: `ConfigIssue`.
    static func remembered(_ config: Config) throws -> [OriginValue]

    /// What `send` would hand over, without sending it: for samples, and for people who want to see it first. nil where
    /// only the sending shows it (HTTP, with its proofs).
    /// - Throws: `PluginError` where `send` would refuse it as well.
    func draft(_ reply: Reply) throws -> ReplyDraft?

    /// Sends one reply. It may be called again with the same `reply.id` after a crash or a failure.
    /// - Returns: what the source answered, short enough to stand on a timeline.
    /// - Throws: `PluginError`.
    func send(_ reply: Reply) async throws -> SourceAnswer
}

extension ReplySender {
    public static func remembered(_ config: Config) throws -> [OriginValue] { [] }
    public func draft(_ reply: Reply) throws -> ReplyDraft? { nil }
}

/// A reply as it would leave.
public struct ReplyDraft: Sendable, Equatable {
    /// What it is called on the other side: a file's name, an address.
    public var target: String
    public var body: [UInt8]

    public init(target: String, body: [UInt8]) {
        self.target = target
        self.body = body
    }
}

/// Something of a record that a reply will need: given back as `Reply.origin[name]`.
public struct OriginValue: Sendable {
    public var name: String
    /// Of the channel's format; the first that finds something counts, and a list becomes words between spaces.
    public var selectors: [String]
    /// Where the configuration says so.
    public var place: ConfigPlace

    public init(_ name: String, _ selectors: [String], at place: ConfigPlace) {
        self.name = name
        self.selectors = selectors
        self.place = place
    }
}

/// A reply or status on its way to the source.
public struct Reply: Sendable {
    /// Stable for one event of a case: the same in every attempt.
    public var id: String
    public var ticketID: String
    public var channelID: String
    public var externalID: String
    /// The case event: `replied`, `returned`, …
    public var event: String
    /// The case's status after it.
    public var status: String
    public var publicText: String
    /// RFC 3339.
    public var repliedAt: String
    /// What the sender asked to remember (`remembered`), from the latest message that brought the ticket. The other
    /// side wrote it.
    public var origin: [String: String]

    public init(
        id: String, ticketID: String, channelID: String, externalID: String, event: String, status: String,
        publicText: String, repliedAt: String, origin: [String: String] = [:]
    ) {
        self.id = id
        self.ticketID = ticketID
        self.channelID = channelID
        self.externalID = externalID
        self.event = event
        self.status = status
        self.publicText = publicText
        self.repliedAt = repliedAt
        self.origin = origin
    }
}

public struct SourceAnswer: Sendable {
    /// HTTP status, SMTP code; nil where the transport has none.
    public var status: Int?
    /// At most 500 characters of what the source said.
    public var excerpt: String

    public init(status: Int?, excerpt: String) {
        self.status = status
        self.excerpt = excerpt
    }
}

/// Carries events to a handler. `init` validates and does no I/O.
public protocol DeliverySender: Plugin {
    init(_ config: Config, handlerID: String) throws

    /// Delivers one batch, which keeps its id and members in every attempt.
    /// - Throws: `PluginError`; the batch is tried again.
    func deliver(_ batch: DeliveryBatch) async throws
}

public struct DeliveryBatch: Sendable {
    /// Stable over all attempts; the `webhook-id`.
    public var id: String
    /// CloudEvents 1.0 in JSON, one object each, in order.
    public var events: [[UInt8]]
    /// Seconds since 1970 of this attempt.
    public var now: Int
    /// False when the handler did not ask for batches: then there is exactly one event.
    public var isBatched: Bool

    public init(id: String, events: [[UInt8]], now: Int, isBatched: Bool) {
        self.id = id
        self.events = events
        self.now = now
        self.isBatched = isBatched
    }
}
