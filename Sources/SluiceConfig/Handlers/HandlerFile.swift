public import SluiceSDK

/// One handler, as `handlers/<id>.yaml` says it.
public struct HandlerFile: Sendable {
    public enum Role: String, Sendable, CaseIterable {
        /// May change the case and reply.
        case owner
        /// Reads a share.
        case copy
    }

    public var id: String
    public var name: String
    public var role: Role
    /// Takes every ticket that no other owner matches.
    public var isFallback: Bool
    /// Owners are tried in this order; equal orders in the order of their ids.
    public var order: Int
    /// nil for the fallback, and for a copy handler that gets everything.
    public var match: TicketFilter?
    /// Fields this handler sees masked.
    public var masked: [IntakeField]
    /// Fields this handler does not see.
    public var dropped: [IntakeField]
    public var deliver: DeliverUse
    /// For the handler's calls to the handler API; a secret, never print it.
    public var token: String?
    public var isEnabled: Bool
    public var place: ConfigPlace

    /// True when the handler gets a share of the ticket, or would own it if no earlier owner did.
    public func matches(_ subject: FilterSubject) -> Bool {
        match?.matches(subject) ?? true
    }
}

/// How events reach a handler. `pull` has no sender: the handler fetches them.
public struct DeliverUse: Sendable {
    public var sender: PluginUse
    /// CloudEvents types; empty means all.
    public var events: [String]
    /// Waits between attempts; the last one repeats.
    public var retrySchedule: [Duration]
    /// nil: one event a request.
    public var batch: Batch?
    /// How long a pulled event is the caller's.
    public var lease: Duration

    public var isPull: Bool { sender.type == "pull" }

    public struct Batch: Sendable, Equatable {
        public var size: Int
        public var wait: Duration

        public init(size: Int, wait: Duration) {
            self.size = size
            self.wait = wait
        }
    }

    public init(
        sender: PluginUse, events: [String] = [], retrySchedule: [Duration], batch: Batch? = nil,
        lease: Duration = .seconds(60)
    ) {
        self.sender = sender
        self.events = events
        self.retrySchedule = retrySchedule
        self.batch = batch
        self.lease = lease
    }
}
