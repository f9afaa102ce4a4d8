/// A mistake on this side of the boundary, and what to do about it.
public struct BoundaryError: Error, Sendable, Equatable, CustomStringConvertible {
    public var code: String
    public var reason: String

    public init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }
}
