/// Why a certificate cannot be served, and which of its files is to blame.
public struct TLSFault: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Part: Sendable {
        case certificate, key, clientAuthorities
    }

    /// `tls.unreadable`, `tls.certificate`, `tls.key`, `tls.mismatch`, `tls.expired`, `tls.not-yet` or `tls.authority`.
    public var code: String
    public var part: Part
    /// What is wrong.
    public var reason: String
    /// What to do about it.
    public var hint: String

    init(_ code: String, _ part: Part, _ reason: String, hint: String) {
        self.code = code
        self.part = part
        self.reason = reason
        self.hint = hint
    }

    public var description: String { "[\(code)] \(reason); \(hint)" }
}
