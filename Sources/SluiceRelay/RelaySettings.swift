public import SluiceBoundary
public import SluiceConfig
public import SluiceSDK

/// What the relay has to know.
public struct RelaySettings: Sendable {
    /// Folders of segments: the first of each pair is written here, the second read.
    public var toExternal: String
    public var fromExternal: String
    public var toInternal: String
    public var fromInternal: String
    /// The relay's own list of channels.
    public var channels: ChannelPolicies
    /// What holds a ticket that would go on by itself.
    public var rules: [HoldRule] = []
    /// Channels whose held items two people release; `*` for all.
    public var twoPersons: Set<String> = []
    /// What may leave the internal network.
    public var replies = WayOut()
    /// Tickets of another jurisdiction are rejected; nil takes the ticket's own word.
    public var jurisdiction: String?
    /// Days of the ledger are this zone's.
    public var timeZone: Zone
    /// Largest text of a ticket, in bytes of UTF-8.
    public var maxText = 65536
    /// How long days stay whose items all have their end.
    public var retention = Duration.seconds(30 * 86_400)
    /// How long what was acknowledged can be sent again.
    public var resendWindow = Duration.seconds(7 * 86_400)

    public init(
        toExternal: String, fromExternal: String, toInternal: String, fromInternal: String, channels: ChannelPolicies,
        jurisdiction: String? = nil, timeZone: Zone
    ) {
        self.toExternal = toExternal
        self.fromExternal = fromExternal
        self.toInternal = toInternal
        self.fromInternal = fromInternal
        self.channels = channels
        self.jurisdiction = jurisdiction
        self.timeZone = timeZone
    }

    /// From `relay.yaml`.
    public init(_ file: RelayFile, jurisdiction: String? = nil) {
        self.init(
            toExternal: file.external.out, fromExternal: file.external.inward, toInternal: file.internalSide.out,
            fromInternal: file.internalSide.inward, channels: file.channels, jurisdiction: jurisdiction,
            timeZone: file.timeZone)
        (retention, resendWindow) = (file.retention, file.resendWindow)
        (rules, twoPersons, replies) = (file.rules, file.twoPersons, file.replies)
    }
}

/// The relay's own key and the public ones of both sides.
public struct RelayKeys: Sendable {
    public var own: SigningKey
    public var external: VerifyingKey
    public var internalZone: VerifyingKey

    public init(own: SigningKey, external: VerifyingKey, internalZone: VerifyingKey) {
        self.own = own
        self.external = external
        self.internalZone = internalZone
    }
}
