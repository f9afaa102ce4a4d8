/// Why something cannot be sealed or opened. It never says anything of the content.
public struct SealingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `sealed.form`, `sealed.key-unknown`, `sealed.broken`, `sealed.content`, …
    public var code: String
    public var reason: String

    public init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static let library = SealingError(
        "sealed.library", "libcrypto refused the key or the content; is this build of OpenSSL restricted?")
    static let form = SealingError("sealed.form", "it is not a sealed message of the kind that Sluice writes")
    static let broken = SealingError("sealed.broken", "it does not open: it was altered, or was sealed to another key")

    static func unknownKey(_ fingerprint: String) -> SealingError {
        SealingError(
            "sealed.key-unknown",
            "it is sealed to the key \(fingerprint), which is not among this zone's; put that private key back into "
                + "keys/sealing, then `sluice tickets refused retry`")
    }

    public var description: String { "[\(code)] \(reason)" }
}
