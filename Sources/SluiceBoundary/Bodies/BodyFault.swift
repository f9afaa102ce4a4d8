/// Why a body does not fit its strict schema.
public struct BodyFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable short label: `schema.unknown-field`.
    public var code: String
    /// The member, dotted; empty for the whole body.
    public var path: String
    public var reason: String

    public init(_ code: String, path: String = "", _ reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }

    public var description: String { "[\(code)] \(path.isEmpty ? "" : path + ": ")\(reason)" }
}
