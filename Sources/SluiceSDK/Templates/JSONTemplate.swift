/// A JSON document whose string leaves are templates (`body: { json: { … } }`), compiled once.
///
/// A leaf that is exactly one placeholder with the format `number` or `bool` is written without quotes.
public indirect enum JSONTemplate: Sendable {
    case text(Template)
    case literal(String)
    case list([JSONTemplate])
    case object([(key: String, value: JSONTemplate)])

    /// - Throws: `ConfigIssue` at the place of the leaf.
    public init(_ value: ConfigValue, allowed: Set<String>? = nil) throws {
        switch value.content {
        case .list(let items): self = .list(try items.map { try JSONTemplate($0, allowed: allowed) })
        case .map(let entries):
            self = .object(try entries.map { ($0.key, try JSONTemplate($0.value, allowed: allowed)) })
        case .scalar(let text, true) where Self.isLiteral(text):
            self = .literal(text.isEmpty || text == "~" ? "null" : text)
        case .scalar(let text, _):
            do {
                self = .text(try Template(text, allowed: allowed))
            } catch let error as SelectorError {
                throw ConfigIssue(at: value.place, error.code, error.reason)
            }
        }
    }

    /// Every template inside.
    public var templates: [Template] {
        switch self {
        case .text(let template): [template]
        case .literal: []
        case .list(let items): items.flatMap(\.templates)
        case .object(let members): members.flatMap { $0.value.templates }
        }
    }

    public func write(to writer: inout JSONWriter, value: (String, String?) -> String?) {
        switch self {
        case .literal(let json): writer.raw(json.utf8)
        case .text(let template): Self.write(template, to: &writer, value: value)
        case .list(let items):
            writer.beginArray()
            for item in items { item.write(to: &writer, value: value) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.key)
                member.value.write(to: &writer, value: value)
            }
            writer.endObject()
        }
    }

    private static func write(_ template: Template, to writer: inout JSONWriter, value: (String, String?) -> String?) {
        if template.parts.count == 1, case .placeholder(let name, let format) = template.parts[0] {
            let text = value(name, format) ?? ""
            if format == "number", JSONNumber.isValid(text) { return writer.raw(text.utf8) }
            if format == "bool", Bool(text) != nil { return writer.raw(text.utf8) }
        }
        writer.string(template.render(value: value))
    }

    private static func isLiteral(_ text: String) -> Bool {
        ["", "~", "null", "true", "false"].contains(text) || JSONNumber.isValid(text)
    }
}
