public import SluiceBoundary
public import SluiceConfig
public import SluiceSDK

/// What the internal zone needs to know beside its handlers.
public struct InternalSettings: Sendable {
    /// The gateway's zone: ledgers count by its days, and times are written with its offset.
    public var timeZone: Zone
    /// The border with the relay.
    public var boundary: BoundaryPlaces
    /// How long a revision waits for the one before it, when nobody says that it will not come.
    public var revisionPatience: Duration
    /// What may leave the internal network.
    public var replies = WayOut()
    /// How long closed cases stay; nil keeps them for ever.
    public var retention: Duration?
    /// How long what was acknowledged can be sent again.
    public var resendWindow = Duration.seconds(7 * 86_400)

    public init(
        timeZone: Zone, boundary: BoundaryPlaces, revisionPatience: Duration = .seconds(7 * 86_400)
    ) {
        self.timeZone = timeZone
        self.boundary = boundary
        self.revisionPatience = revisionPatience
    }

    /// From `internal.yaml`.
    public init(_ file: InternalFile, boundary: BoundaryPlaces) {
        self.init(timeZone: file.timeZone, boundary: boundary)
        (retention, resendWindow) = (file.retention, file.resendWindow)
        replies = file.replies
    }
}

/// This zone's own key, and those of the zones whose signatures it checks.
public struct InternalKeys: Sendable {
    public var own: SigningKey
    public var relay: VerifyingKey
    /// By producer: `external`, and any further external producer.
    public var origins: [String: VerifyingKey]
    /// Opens what was sealed to this zone; nil where it has no sealing key.
    public var opener: TicketOpener?

    public init(own: SigningKey, relay: VerifyingKey, external: VerifyingKey) {
        self.init(own: own, relay: relay, origins: ["external": external])
    }

    public init(own: SigningKey, relay: VerifyingKey, origins: [String: VerifyingKey]) {
        self.own = own
        self.relay = relay
        self.origins = origins
    }
}
