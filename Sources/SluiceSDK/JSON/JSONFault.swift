/// Why bytes are not JSON that is taken here, or a path could not be followed to its end.
///
/// `reason` names places and what was expected, never what stands there: the bytes may be personal data.
public struct JSONFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// `json.empty`, `json.syntax`, `json.truncated`, `json.depth`, `json.utf8`, `json.memory` or
    /// `jsonpath.limit`.
    public var code: String
    public var reason: String
    /// Bytes from the start, from 0; nil where it is not known.
    public var offset: Int?

    public init(_ code: String, _ reason: String, offset: Int? = nil) {
        self.code = code
        self.reason = reason
        self.offset = offset
    }

    public var description: String {
        "[\(code)] \(reason)" + (offset.map { " at byte \($0)" } ?? "")
    }
}
