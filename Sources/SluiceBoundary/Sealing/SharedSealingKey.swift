internal import SluiceSDK

/// A random key that tickets share, and the message that hands it to the internal side.
struct SharedSealingKey: Sendable {
    let key: [UInt8]
    let message: [UInt8]

    init(to certificate: SealingCertificate) throws(SealingError) {
        key = secureRandomBytes(32)
        message = try certificate.seal(key)
    }
}

/// Tickets that arrive close together share a key: in one raw message or in many.
///
/// Elliptic curves cost ten times what the rest of sealing does, and so an upstream that pushes every ticket by itself
/// would pay most. Few tickets in a second have the curve to themselves, which is shorter in a line.
struct SealingWindow: Sendable {
    /// Tickets within one window from which on they share.
    static let sharedFrom = 4
    /// Milliseconds: as long as the key stays in memory.
    static let length: Int64 = 1_000

    private var began: Timestamp?
    private var recipient: [UInt8] = []
    private var tickets = 0
    private var shared: SharedSealingKey?

    /// - Returns: the key that `count` more tickets share with others; nil when each is to be sealed by itself.
    mutating func key(
        for count: Int, to certificate: SealingCertificate, at now: Timestamp
    ) throws(SealingError) -> SharedSealingKey? {
        if !isOpen(at: now) || recipient != certificate.keyID {
            self = SealingWindow()
            (began, recipient) = (now, certificate.keyID)
        }
        tickets += count
        if tickets < Self.sharedFrom { return nil }
        if let shared { return shared }
        shared = try SharedSealingKey(to: certificate)
        return shared
    }

    /// A clock that was put back ends it too.
    private func isOpen(at now: Timestamp) -> Bool {
        guard let began else { return false }
        return now >= began && now.milliseconds - began.milliseconds < Self.length
    }
}
