public import SluiceConfig
internal import SluiceSDK

/// Who receives what, and how: a handler file as this zone works with it.
public struct HandlerProfile: Sendable {
    public enum Role: String, Sendable {
        case owner, copy
    }

    public var id: String
    public var name: String
    public var role: Role
    /// Owners are tried in this order.
    public var order: Int
    /// The owner of every ticket that no other owner matches.
    public var isFallback: Bool
    public var matches: @Sendable (FilterSubject) -> Bool
    public var policy: FieldPolicy
    public var events: EventSelection
    public var retry: RetrySchedule
    /// nil: one event a request.
    public var batch: BatchRule?
    /// How long an event is its caller's; nil for a handler that does not fetch its events.
    public var lease: Duration?
    /// SHA-256 of the token with which it calls the handler API; nil when it may not call.
    public var tokenDigest: [UInt8]?

    public init(
        id: String, name: String, role: Role, order: Int = 0, isFallback: Bool = false,
        policy: FieldPolicy = FieldPolicy(), events: EventSelection = .standard, retry: RetrySchedule = .standard,
        batch: BatchRule? = nil, lease: Duration? = nil, token: String? = nil,
        matches: @escaping @Sendable (FilterSubject) -> Bool = { _ in true }
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.order = order
        self.isFallback = isFallback
        self.policy = policy
        self.events = events
        self.retry = retry
        self.batch = batch
        self.lease = lease
        tokenDigest = token.map { SHA256.hash($0) }
        self.matches = matches
    }
}

/// How many events go in one request, and how long the first of them waits for the others.
public struct BatchRule: Sendable, Equatable {
    public var size: Int
    public var wait: Duration

    public init(size: Int, wait: Duration) {
        self.size = size
        self.wait = wait
    }
}
