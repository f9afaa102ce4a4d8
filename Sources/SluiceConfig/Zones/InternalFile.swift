public import SluiceSDK

/// `internal.yaml`: the zone of the handlers. Paths as in `ExternalFile`.
public struct InternalFile: Sendable {
    public var jurisdiction: String?
    public var timeZone: Zone
    public var data: String
    public var secrets: String
    /// The handler API.
    public var listen: ListenAddress
    public var signals: ListenAddress?
    public var isBehindProxy: Bool
    /// nil: `listen` speaks plain HTTP.
    public var tls: TLSUse?
    public var boundary: BoundaryUse
    /// Paths of the further external processes' public keys, by name.
    public var producers: [String: String]
    public var peers: Peers
    public var alerts: [AlertTarget]
    /// What may leave the internal network.
    public var replies: WayOut
    /// How long closed cases stay; nil keeps them for ever.
    public var retention: Duration?
    /// How long what was acknowledged is kept to be sent again.
    public var resendWindow: Duration
    /// What `exec` may run: paths as written, those that are relative joined to the configuration folder.
    public var programs: Set<String>
    public var place: ConfigPlace

    public struct Peers: Sendable, Equatable {
        public var external: String?
        public var relay: String?

        public init(external: String? = nil, relay: String? = nil) {
            self.external = external
            self.relay = relay
        }
    }
}
