public import SluiceBoundary
public import SluiceSDK
public import SluiceTLS

/// Where the external zone lives, with every path made absolute or relative to the working folder.
public struct ExternalSettings: Sendable {
    public var jurisdiction: String
    public var timeZone: Zone
    /// external.db and the lock.
    public var dataFolder: String
    public var listen: String
    public var isBehindProxy: Bool
    public var tls: ListenerTLS?
    public var boundary: BoundaryPlaces
    /// Seals what names a requester to the internal side; nil sends it in clear (`sealing: off`).
    public var sealer: TicketSealer?
    /// What the relay calls this process.
    public var producer = "external"
    /// How long what is closed keeps its content.
    public var retention = Duration.seconds(30 * 86_400)
    /// How long what was acknowledged can be sent again.
    public var resendWindow = Duration.seconds(7 * 86_400)

    public init(
        jurisdiction: String, timeZone: Zone, dataFolder: String, listen: String, isBehindProxy: Bool,
        tls: ListenerTLS? = nil, boundary: BoundaryPlaces
    ) {
        self.jurisdiction = jurisdiction
        self.timeZone = timeZone
        self.dataFolder = dataFolder
        self.listen = listen
        self.isBehindProxy = isBehindProxy
        self.tls = tls
        self.boundary = boundary
    }
}

/// The keys a zone signs with and checks by.
public struct ExternalKeys: Sendable {
    public var own: SigningKey
    public var relay: VerifyingKey
    public var internalZone: VerifyingKey

    public init(own: SigningKey, relay: VerifyingKey, internalZone: VerifyingKey) {
        self.own = own
        self.relay = relay
        self.internalZone = internalZone
    }
}
