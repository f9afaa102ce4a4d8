/// Where in a request something stands: `header X-Signature` or `query sign`.
public struct AuthPlace: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case header, query
    }

    public var kind: Kind
    /// A header's name in lower case; a query parameter's name as it is.
    public var name: String

    /// - Throws: `ConfigIssue` when the text is neither form.
    public init(_ value: ConfigValue) throws {
        let words = (value.text ?? "").split(separator: " ")
        guard words.count == 2, let kind = Kind(rawValue: String(words[0])) else {
            throw ConfigIssue(
                at: value.place, "auth.place", "\"\(value)\" is not a place in a request",
                hint: "write 'header X-Signature' or 'query sign'")
        }
        self.init(kind, String(words[1]))
    }

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = kind == .header ? name.lowercased() : name
    }

    public func value(in request: PushRequest) -> String? {
        switch kind {
        case .header: request.header(name)
        case .query: request.query.first { $0.name == name }?.value
        }
    }

    public func set(_ value: String, in request: inout OutgoingRequest) {
        switch kind {
        case .header: request.setHeader(name, value)
        case .query: request.addQuery(name, value)
        }
    }
}
