public import SluiceSDK

/// `relay.yaml`: the quarantine between the networks. Paths as in `ExternalFile`.
public struct RelayFile: Sendable {
    /// Tickets of another one are rejected; nil takes the ticket's own word.
    public var jurisdiction: String?
    public var timeZone: Zone
    public var data: String
    public var secrets: String
    public var signals: ListenAddress?
    public var channels: ChannelPolicies
    /// What holds a ticket that its channel releases by itself.
    public var rules: [HoldRule]
    /// Channels whose held items two people release; `*` for all.
    public var twoPersons: Set<String>
    /// An item that is held for longer is an alert.
    public var heldAlert: Duration
    /// What may leave the internal network.
    public var replies: WayOut
    /// The border with the external zone.
    public var external: BoundaryUse
    /// The border with the internal zone.
    public var internalSide: BoundaryUse
    /// Further external processes.
    public var producers: [ProducerUse]
    public var peers: Peers
    /// What files may pass.
    public var attachments: AttachmentLimits
    /// Where the quarantine's record is; nil where quarantine.db alone has it.
    public var quarantine: DatabaseUse?
    /// How long days that are fully receipted stay.
    public var retention: Duration
    /// How long what was acknowledged is kept to be sent again.
    public var resendWindow: Duration
    public var place: ConfigPlace

    public struct Peers: Sendable, Equatable {
        public var external: String?
        public var internalZone: String?

        public init(external: String? = nil, internalZone: String? = nil) {
            self.external = external
            self.internalZone = internalZone
        }
    }
}

/// An external process beside the first.
public struct ProducerUse: Sendable {
    public var name: String
    public var boundary: BoundaryUse
    /// Path of its public key; nil stands for `keys/<name>.pub`.
    public var key: String?
    public var channels: [String]
}

/// The relay's own list of channels: it does not take the external side's word for who exists.
public struct ChannelPolicies: Sendable, Equatable {
    /// For `"*"`; nil when only the named channels are known.
    public var others: ReleasePolicy?
    public var named: [String: ReleasePolicy]

    public init(others: ReleasePolicy? = nil, named: [String: ReleasePolicy] = [:]) {
        self.others = others
        self.named = named
    }

    /// nil: the relay does not know this channel, and rejects what it sends.
    public func policy(for channelID: String) -> ReleasePolicy? {
        named[channelID] ?? others
    }
}
