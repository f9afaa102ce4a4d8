internal import Logging
public import SluiceBoundary
public import SluiceConfig
public import SluiceSDK
internal import SluiceStore

/// What the relay has to know.
public struct RelaySettings: Sendable {
    /// The border with the external zone.
    public var external: BoundaryPlaces
    /// The border with the internal zone.
    public var internalSide: BoundaryPlaces
    /// Further external producers.
    public var producers: [RelayProducer] = []
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
    /// What files may pass.
    public var attachments = AttachmentGate()
    /// Where every item, verdict and receipt is written before anything goes on; nil where quarantine.db alone has them.
    public var record: BoundaryDatabase?
    /// How long days stay whose items all have their end.
    public var retention = Duration.seconds(30 * 86_400)
    /// How long what was acknowledged can be sent again.
    public var resendWindow = Duration.seconds(7 * 86_400)

    public init(
        external: BoundaryPlaces, internalSide: BoundaryPlaces, channels: ChannelPolicies, jurisdiction: String? = nil,
        timeZone: Zone
    ) {
        self.external = external
        self.internalSide = internalSide
        self.channels = channels
        self.jurisdiction = jurisdiction
        self.timeZone = timeZone
    }

    /// From `relay.yaml`.
    public init(
        _ file: RelayFile, external: BoundaryPlaces, internalSide: BoundaryPlaces, jurisdiction: String? = nil
    ) {
        self.init(
            external: external, internalSide: internalSide, channels: file.channels, jurisdiction: jurisdiction,
            timeZone: file.timeZone)
        (retention, resendWindow, attachments) = (file.retention, file.resendWindow, AttachmentGate(file.attachments))
        (rules, twoPersons, replies) = (file.rules, file.twoPersons, file.replies)
    }
}

/// An external process beside the first one: with a key, a chain and channels of its own.
public struct RelayProducer: Sendable {
    public var name: String
    public var places: BoundaryPlaces
    public var key: VerifyingKey
    public var channels: Set<String>

    public init(name: String, places: BoundaryPlaces, key: VerifyingKey, channels: Set<String>) {
        (self.name, self.places, self.key, self.channels) = (name, places, key, channels)
    }
}

extension RelaySettings {
    /// Who is never told anything, as nothing travels back over the link that its batches come by; or, for `internal`, who
    /// never says anything.
    var silent: Set<String> {
        let peers =
            [(ProducerShares.first, external), ("internal", internalSide)] + producers.map { ($0.name, $0.places) }
        return Set(peers.filter { $0.1.out.oneWay != nil }.map(\.0))
    }

    /// Producers by channel; the first one's channels are left out.
    var shares: [String: String] {
        Dictionary(producers.flatMap { producer in producer.channels.map { ($0, producer.name) } }) { first, _ in first
        }
    }

    /// What the relay, which is at one end of every stream, does for the databases that batches travel through.
    func dayKeeping(_ logger: Logger) -> [Housekeeping.Step] {
        BoundaryDatabase.distinct([external, internalSide] + producers.map(\.places)).map {
            database -> Housekeeping.Step in
            let days = BoundaryDays(database, age: max(retention, resendWindow))
            return {
                let dropped = try await days.keep()
                if !dropped.isEmpty {
                    logger.info("boundary: days were let go", metadata: ["days": "\(dropped.joined(separator: ", "))"])
                }
                return false
            }
        }
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
