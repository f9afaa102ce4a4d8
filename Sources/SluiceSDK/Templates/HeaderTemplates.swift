/// A `headers:` map, compiled once. Values cannot break out of their line.
public struct HeaderTemplates: Sendable {
    /// These say how the message is cut out of the connection, which is not the configuration's business.
    private static let reserved: Set<String> = ["content-length", "transfer-encoding", "connection", "host", "expect"]

    private let headers: [(name: String, value: Template)]

    /// - Parameter allowed: the placeholders that may be used.
    /// - Throws: `ConfigIssue`.
    public init(_ value: ConfigValue?, allowed: Set<String>) throws {
        headers = try (value?.entries ?? []).map { entry in
            guard HeaderName.isValid(entry.key) else {
                throw ConfigIssue(at: entry.place, "http.header", "\"\(entry.key)\" is not the name of a header")
            }
            guard !Self.reserved.contains(entry.key.lowercased()) else {
                throw ConfigIssue(
                    at: entry.place, "http.header", "\(entry.key) is not set by a configuration", hint: "leave it out")
            }
            return (entry.key, try Template(entry.value, allowed: allowed))
        }
    }

    public var templates: [Template] { headers.map(\.value) }

    /// - Parameter name: in lower case.
    public func contains(_ name: String) -> Bool {
        headers.contains { $0.name.lowercased() == name }
    }

    public func render(value: (String, String?) -> String?) -> [(name: String, value: String)] {
        headers.map { ($0.name, $0.value.render(.header, value: value)) }
    }

    /// How a text body beside these headers is escaped: for XML when the Content-Type says so.
    public var bodyEscape: TemplateEscape {
        let type = headers.first { $0.name.lowercased() == "content-type" }?.value.text.lowercased() ?? ""
        return type.contains("xml") ? .xml : .none
    }
}
