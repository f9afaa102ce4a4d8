/// A key that cannot be used, and what to do about it.
public struct KeyError: Error, Sendable, Equatable, CustomStringConvertible {
    public var code: String
    public var path: String
    public var reason: String

    public init(_ code: String, path: String, _ reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }

    static let unusable = KeyError(
        "key.unusable", path: "-", "libcrypto refused the key; is this build of OpenSSL restricted?")

    public var description: String { "[\(code)] \(path): \(reason)" }
}
