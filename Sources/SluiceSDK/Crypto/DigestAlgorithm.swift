internal import CCrypto

/// Digests that upstreams sign with, by libcrypto. Sluice itself uses SHA-256 alone.
public enum DigestAlgorithm: String, Sendable, CaseIterable {
    case sha256
    /// GB/T 32905.
    case sm3
    /// Broken; only for upstreams that know nothing else.
    case md5

    /// False where this machine's libcrypto was built or is configured without it.
    public var isAvailable: Bool { digest([]) != nil }

    /// nil where the algorithm is not available.
    public func digest(_ message: [UInt8]) -> [UInt8]? {
        var length: UInt32 = 0
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        guard EVP_Digest(message, message.count, &bytes, &length, kind, nil) == 1 else { return nil }
        return Array(bytes.prefix(Int(length)))
    }

    /// nil where the algorithm is not available.
    public func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8]? {
        var length: UInt32 = 0
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        // An empty key must still be a valid pointer for HMAC().
        let keyBytes = key.isEmpty ? [0] : key
        let code = HMAC(kind, keyBytes, Int32(key.count), message, message.count, &bytes, &length)
        return code == nil ? nil : Array(bytes.prefix(Int(length)))
    }

    private var kind: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sm3: EVP_sm3()
        case .md5: EVP_md5()
        }
    }
}
