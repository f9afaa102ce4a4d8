internal import SluiceSDK

/// The public half of a zone's key.
public struct VerifyingKey: Sendable, Hashable {
    /// 32 bytes.
    public let raw: [UInt8]

    public init(raw: [UInt8]) throws {
        guard raw.count == 32 else { throw KeyError("key.length", path: "-", "an Ed25519 public key has 32 bytes") }
        self.raw = raw
    }

    public func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        Ed25519.isValid(signature, for: message, key: raw)
    }

    /// The first 16 hexadecimal digits of its SHA-256: what two people read to each other.
    public var fingerprint: String { String(Hex.encode(SHA256.hash(raw)).prefix(16)) }

    /// SubjectPublicKeyInfo in PEM.
    func pem() -> String { PEM.encode(PEM.publicKeyPrefix + raw, label: "PUBLIC KEY") }

    init(pem text: String, path: String) throws {
        try self.init(raw: PEM.decode(text, label: "PUBLIC KEY", prefix: PEM.publicKeyPrefix, path: path))
    }
}
