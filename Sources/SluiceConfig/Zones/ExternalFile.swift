public import SluiceSDK

/// `external.yaml`: the zone that faces the upstreams.
///
/// `data` and the boundary's folders are as written, relative to the folder that `sluice` runs in; the peers' keys are as
/// written, relative to `data`; `secrets` is relative to the configuration folder and already joined to it.
public struct ExternalFile: Sendable {
    public var jurisdiction: String
    public var timeZone: Zone
    public var data: String
    public var secrets: String
    public var listen: ListenAddress
    /// `/metrics`, `/healthz`, `/readyz`; nil switches them off.
    public var signals: ListenAddress?
    /// A proxy in front ends TLS: only then may `listen` be another address than loopback.
    public var isBehindProxy: Bool
    /// nil: `listen` speaks plain HTTP.
    public var tls: TLSUse?
    public var boundary: BoundaryUse
    /// What the relay calls this process: `external` for the first.
    public var producer: String
    public var peers: Peers
    /// What names a requester is sealed to the internal zone; false sends it in clear.
    public var isSealing: Bool
    /// How long closed rejects and settled replies keep their content.
    public var retention: Duration
    /// How long what was acknowledged is kept to be sent again.
    public var resendWindow: Duration
    /// What `exec` may run: paths as written, those that are relative joined to the configuration folder.
    public var programs: Set<String>
    public var place: ConfigPlace

    /// Paths of the other zones' public keys; nil stands for `keys/<zone>.pub`, and `keys/sealing.crt`.
    public struct Peers: Sendable, Equatable {
        public var relay: String?
        public var internalZone: String?
        public var sealing: String?

        public init(relay: String? = nil, internalZone: String? = nil, sealing: String? = nil) {
            self.relay = relay
            self.internalZone = internalZone
            self.sealing = sealing
        }
    }
}
