internal import SluiceSDK

/// A zone's private Ed25519 key. It never prints itself.
public struct SigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let seed: [UInt8]
    public let verifyingKey: VerifyingKey

    public static func generate() throws -> SigningKey {
        try SigningKey(seed: secureRandomBytes(32))
    }

    /// - Parameter seed: the 32 bytes of RFC 8032's private key.
    public init(seed: [UInt8]) throws {
        guard seed.count == 32 else { throw KeyError("key.length", path: "-", "an Ed25519 key has 32 bytes") }
        self.seed = seed
        verifyingKey = try VerifyingKey(raw: Ed25519.publicKey(of: seed))
    }

    /// 64 bytes.
    public func sign(_ message: [UInt8]) throws -> [UInt8] {
        try Ed25519.sign(message, seed: seed)
    }

    /// PKCS #8 in PEM, as `openssl genpkey -algorithm ed25519` writes it.
    func pem() -> String { PEM.encode(PEM.privateKeyPrefix + seed, label: "PRIVATE KEY") }

    init(pem text: String, path: String) throws {
        let der = try PEM.decode(text, label: "PRIVATE KEY", prefix: PEM.privateKeyPrefix, path: path)
        try self.init(seed: der)
    }

    public var description: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
