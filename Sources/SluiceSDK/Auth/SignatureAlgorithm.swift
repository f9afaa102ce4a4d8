/// How the text of a signature becomes its bytes.
enum SignatureAlgorithm: String, Sendable, CaseIterable {
    case hmacSHA256 = "hmac-sha256"
    case hmacSM3 = "hmac-sm3"
    case sm3
    case sha256
    case md5

    /// - Throws: `ConfigIssue` when this machine's libcrypto cannot do it, or nothing secret would be signed.
    static func read(_ config: Config, text: Template) throws -> SignatureAlgorithm {
        let name = try config.optionalString("algorithm") ?? "hmac-sha256"
        let place = config.optional("algorithm")?.place ?? config.place
        guard let algorithm = SignatureAlgorithm(rawValue: name) else {
            throw ConfigIssue(
                at: place, "auth.algorithm", "algorithm '\(name)' is not supported here",
                hint: "supported: " + allCases.map(\.rawValue).joined(separator: ", "))
        }
        guard algorithm.digest.isAvailable else {
            throw ConfigIssue(
                at: place, "auth.algorithm", "this machine's libcrypto does not offer '\(name)'",
                hint: "take another algorithm, or a libcrypto with it")
        }
        guard algorithm.isKeyed || text.names.contains("secret") else {
            throw ConfigIssue(
                at: config.optional("text")?.place ?? place, "auth.unkeyed",
                "'\(name)' takes no key and the text does not hold {secret}, so that anybody could sign",
                hint: "put {secret} where the upstream's manual has it, or take hmac-sha256")
        }
        return algorithm
    }

    private var isKeyed: Bool { self == .hmacSHA256 || self == .hmacSM3 }

    private var digest: DigestAlgorithm {
        switch self {
        case .hmacSHA256, .sha256: .sha256
        case .hmacSM3, .sm3: .sm3
        case .md5: .md5
        }
    }

    /// nil where libcrypto refuses; `read` has made sure that it does not.
    func sign(_ message: [UInt8], secret: String) -> [UInt8]? {
        isKeyed ? digest.hmac(key: Array(secret.utf8), message) : digest.digest(message)
    }
}
