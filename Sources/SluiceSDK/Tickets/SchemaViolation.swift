/// Where a document is not an intake ticket. It names the field and what belongs there, never the value.
public struct SchemaViolation: Error, Sendable, Equatable, CustomStringConvertible {
    /// `requester.phone`, `attachments[2].size`; empty for the document itself.
    public var path: String
    /// `schema.unknown-field`, `schema.duplicate-field`, `schema.type`, `schema.required`, `schema.choice`,
    /// `schema.code`, `schema.date-time`, `schema.range`, `schema.too-long` or `schema.version`.
    public var code: String
    public var reason: String

    public init(_ path: String, _ code: String, _ reason: String) {
        self.path = path
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(path.isEmpty ? "the document" : path): \(reason)" }
}
