/// Where in a request something stands: `header X-Signature`, `query sign` or, in a form or a JSON object, `body sign`.
public struct AuthPlace: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case header, query, body
    }

    public var kind: Kind
    /// A header's name in lower case; the name of a parameter or a field as it is.
    public var name: String

    /// - Throws: `ConfigIssue` when the text is neither form.
    public init(_ value: ConfigValue) throws {
        let words = (value.text ?? "").split(separator: " ")
        guard words.count == 2, let kind = Kind(rawValue: String(words[0])) else {
            throw ConfigIssue(
                at: value.place, "auth.place", "\"\(value)\" is not a place in a request",
                hint: "write 'header X-Signature', 'query sign' or 'body sign'")
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
        case .body:
            BodyFields.read(request.body, contentType: request.header("content-type")).first { $0.name == name }?.value
        }
    }

    public func set(_ value: String, in request: inout OutgoingRequest) {
        switch kind {
        case .header: request.setHeader(name, value)
        case .query: request.addQuery(name, value)
        case .body:
            let type = request.headers.first { $0.name.lowercased() == "content-type" }?.value
            request.body = BodyFields.adding(name, value, to: request.body, contentType: type) ?? request.body
        }
    }
}
