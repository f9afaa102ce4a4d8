/// `auth: { type: mtls, … }` of a push channel: which of the certificates that the listener trusts is its caller's.
///
/// Every kind of word that is written must fit; of several values of one kind, one.
struct CallerCertificate: Sendable {
    static let spec = ConfigSpec([
        ConfigField(
            "fingerprint", .oneOrMany(.string), example: "\"3F:9A:…\"",
            "SHA-256 of the certificate, as `openssl x509 -noout -fingerprint -sha256` prints it."),
        ConfigField(
            "subject", .map(.string), example: "{ CN: platform, O: 省平台 }",
            "What the certificate's subject says; what is not named here may be anything."),
        ConfigField(
            "name", .oneOrMany(.string), example: "sender.example.org",
            "One of its alternative names: a DNS name, an address, an e-mail address or a URI."),
    ])

    private let fingerprints: Set<String>
    private let names: Set<String>
    private let subject: [PeerCertificate.Attribute]

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        fingerprints = Set(
            try config.strings("fingerprint").map { text in
                let hex = text.filter { $0 != ":" && $0 != " " }.lowercased()
                guard hex.utf8.count == 64, Hex.decode(hex) != nil else {
                    throw ConfigIssue(
                        at: config.optional("fingerprint")?.place ?? config.place, "auth.fingerprint",
                        "'fingerprint' is not a SHA-256 of 64 hex digits",
                        hint: "take what 'openssl x509 -in FILE -noout -fingerprint -sha256' prints")
                }
                return hex
            })
        names = Set(try config.strings("name").map { $0.lowercased() })
        subject = (config.optional("subject")?.entries ?? []).map { .init($0.key, $0.value.text ?? "") }
    }

    /// nil when it is the caller's; otherwise what does not fit, for ops.
    func mismatch(_ peer: PeerCertificate?) -> String? {
        guard let peer else { return "no client certificate; the listener needs tls.client_ca" }
        if !fingerprints.isEmpty, !fingerprints.contains(peer.fingerprint) {
            return "another certificate, fingerprint \(peer.fingerprint)"
        }
        if !names.isEmpty, names.isDisjoint(with: peer.names.map { $0.lowercased() }) {
            return "none of the certificate's names fits, fingerprint \(peer.fingerprint)"
        }
        if let missing = subject.first(where: { !peer.subject.contains($0) }) {
            return "the certificate's subject has another \(missing.name), fingerprint \(peer.fingerprint)"
        }
        return nil
    }
}
