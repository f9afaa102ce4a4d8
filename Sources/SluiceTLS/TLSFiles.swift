/// Where a listener's certificate lies: PEM files.
public struct TLSFiles: Sendable, Hashable {
    /// The certificate, and after it those between it and its authority.
    public var certificate: String
    public var key: String
    /// The authorities that callers' certificates come from; nil asks callers for none.
    public var clientAuthorities: String?

    public init(certificate: String, key: String, clientAuthorities: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthorities = clientAuthorities
    }

    var all: [String] { [certificate, key] + (clientAuthorities.map { [$0] } ?? []) }
}
