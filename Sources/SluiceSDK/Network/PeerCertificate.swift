/// Who a caller is by the certificate that its connection was opened with. The listener has checked it against the
/// authority it trusts; what is written in it is the authority's word.
public struct PeerCertificate: Sendable, Hashable {
    public struct Attribute: Sendable, Hashable {
        /// OpenSSL's short name: `CN`, `O`, `OU`, `C`, or the dotted number where there is none.
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// In the order of the certificate.
    public var subject: [Attribute]
    /// The alternative names: DNS names, addresses, e-mail addresses, URIs.
    public var names: [String]
    /// SHA-256 of the certificate's DER, in lower-case hex.
    public var fingerprint: String

    public init(subject: [Attribute], names: [String], fingerprint: String) {
        self.subject = subject
        self.names = names
        self.fingerprint = fingerprint
    }
}
