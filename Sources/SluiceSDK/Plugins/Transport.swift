/// How bytes arrive when Sluice fetches them. `init` validates and does no I/O.
public protocol Transport: Plugin {
    /// - Throws: `ConfigIssue` or `ConfigIssues`.
    init(_ config: Config, context: ChannelContext) throws

    /// Opens what `next` needs. The supervisor retries it.
    func connect() async throws

    /// Waits for the next raw message; nil when there will be no more. Cancelling the task ends the wait.
    func next() async throws -> InboundMessage?

    func close() async

    /// The checkpoint with which everything since `time` is fetched again, for `sluice channels backfill`. What comes
    /// again is absorbed. No I/O; the transport that goes on with it is a new one.
    /// - Parameter checkpoint: what the journal has; nil at first.
    /// - Throws: `PluginError` of the remedy `rejected` where that cannot be, saying what to do instead. A transport
    ///   that does not implement this refuses.
    func rewound(_ checkpoint: String?, to time: Timestamp) throws -> RewoundCheckpoint
}

extension Transport {
    public func rewound(_ checkpoint: String?, to time: Timestamp) throws -> RewoundCheckpoint {
        throw PluginError(
            .rejected, "backfill.unsupported",
            "'\(Self.spec.name)' has no point in time that it could go back to")
    }
}

/// A checkpoint that was set back, and what that does, for people.
public struct RewoundCheckpoint: Sendable, Equatable {
    public var checkpoint: String
    /// One line: "asks again for what is newer than 2026-01-01T00:00:00+08:00; …".
    public var effect: String

    public init(_ checkpoint: String, effect: String) {
        self.checkpoint = checkpoint
        self.effect = effect
    }
}

/// How bytes arrive when the upstream calls us. The listener owns the sockets, the limits and the clock;
/// the plugin knows who may call and what answer the upstream insists on.
public protocol PushTransport: Plugin {
    init(_ config: Config, context: ChannelContext) throws

    /// The path (`/channels/12345`) and methods it answers.
    var endpoint: PushEndpoint { get }

    /// Checks the caller and turns the request into a raw message.
    /// - Throws: `PushRefusal`; nothing is stored then.
    func admit(_ request: PushRequest) throws -> RawMessage

    /// The answer to the upstream, called after the journal has committed or the request was refused.
    func answer(_ result: PushResult) -> PushResponse
}

public struct PushEndpoint: Sendable, Hashable {
    public var path: String
    public var methods: [String]

    public init(path: String, methods: [String] = ["POST"]) {
        self.path = path
        self.methods = methods
    }
}

/// A request whose body was read within the channel's limits.
public struct PushRequest: Sendable {
    public var method: String
    public var path: String
    /// Decoded, in the order they came.
    public var query: [(name: String, value: String)]
    /// Header names in lower case.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var remoteAddress: String
    /// The caller's certificate, checked by the listener; nil where it asks for none.
    public var peer: PeerCertificate?
    /// Seconds since 1970, from the gateway's clock.
    public var now: Int

    public init(
        method: String, path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8], remoteAddress: String = "",
        peer: PeerCertificate? = nil, now: Int
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.peer = peer
        self.now = now
    }

    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// A request that is not taken. The upstream sees `status`, `code` and `reason`, which therefore leak nothing.
public struct PushRefusal: Error, Sendable {
    public var status: Int
    public var code: String
    public var reason: String
    public var headers: [(name: String, value: String)]
    /// For ops alone, never sent: which check failed. No personal data, no secrets.
    public var detail: String?

    public init(
        _ status: Int, _ code: String, _ reason: String, headers: [(name: String, value: String)] = [],
        detail: String? = nil
    ) {
        self.status = status
        self.code = code
        self.reason = reason
        self.headers = headers
        self.detail = detail
    }
}

public enum PushResult: Sendable {
    case journalled(MessageOutcome)
    case refused(PushRefusal)
}

public struct PushResponse: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
