/// A desk cannot do what it was asked for.
public struct DeskError: Error, Sendable, CustomStringConvertible {
    /// A stable short label: `reject.closed`.
    public var code: String
    public var reason: String

    init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }
}
