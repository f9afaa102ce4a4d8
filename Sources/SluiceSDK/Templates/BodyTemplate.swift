/// `body:` of what a plugin sends or writes, compiled once: what it holds, how values are escaped in it, and its
/// Content-Type.
public struct BodyTemplate: Sendable {
    private enum Content: Sendable {
        case json(JSONTemplate)
        case form([(name: String, value: Template)])
        case text(Template, TemplateEscape)
    }

    private static let words = "'json', 'form', 'xml', 'template' and 'text'"

    private let content: Content
    /// What is said of it where the headers say nothing.
    public let contentType: String

    /// - Parameter value: a placeholder of the plugin's own, for the examples: `external_id`.
    public static func spec(example value: String) -> ConfigSpec {
        ConfigSpec([
            ConfigField("json", .any, example: "{ id: \"{\(value)}\" }", "A JSON document whose texts are templates."),
            ConfigField(
                "form", .map(.template), example: "{ id: \"{\(value)}\" }",
                "Or the fields of a form; names and values are percent-encoded."),
            ConfigField("xml", .template, example: "\"<id>{\(value)}</id>\"", "Or XML; values are escaped for XML."),
            ConfigField(
                "template", .textFile, example: "soap.xml",
                "Or XML in a file beside the one that names it; values are escaped for XML."),
            ConfigField(
                "text", .template, example: "\"{\(value)}\"",
                "Or other text; values are escaped for XML when the Content-Type is XML."),
        ])
    }

    /// - Parameters:
    ///   - allowed: the placeholders that may be used.
    ///   - headers: what stands beside it; a Content-Type there says how `text` is escaped.
    ///   - code: of the issue when this is no body, `http.body`.
    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, allowed: Set<String>, headers: HeaderTemplates? = nil, code: String) throws {
        let written = (config.value.entries ?? []).filter { !$0.value.isNull }
        guard written.count == 1, let entry = written.first else {
            throw ConfigIssue(
                at: config.place, code, "a body is one of \(Self.words)", hint: "write 'body: { json: { … } }'")
        }
        switch entry.key {
        case "json":
            content = .json(try JSONTemplate(entry.value, allowed: allowed))
            contentType = "application/json"
        case "form":
            let fields = entry.value.entries ?? []
            content = .form(try fields.map { ($0.key, try Template($0.value, allowed: allowed)) })
            contentType = "application/x-www-form-urlencoded"
        case "xml", "template":
            content = .text(try Template(entry.value, allowed: allowed), .xml)
            contentType = "text/xml; charset=utf-8"
        case "text":
            content = .text(try Template(entry.value, allowed: allowed), headers?.bodyEscape ?? .none)
            contentType = "text/plain; charset=utf-8"
        default:
            throw ConfigIssue(at: entry.place, code, "'\(entry.key)' is no body", hint: "write one of \(Self.words)")
        }
    }

    /// Every template inside.
    public var templates: [Template] {
        switch content {
        case .json(let template): template.templates
        case .form(let fields): fields.map(\.value)
        case .text(let template, _): [template]
        }
    }

    public func bytes(value: (String, String?) -> String?) -> [UInt8] {
        switch content {
        case .json(let template):
            var writer = JSONWriter()
            template.write(to: &writer, value: value)
            return writer.bytes
        case .form(let fields):
            let pairs = fields.map {
                TemplateEscape.url.apply($0.name) + "=" + TemplateEscape.url.apply($0.value.render(value: value))
            }
            return Array(pairs.joined(separator: "&").utf8)
        case .text(let template, let escape): return Array(template.render(escape, value: value).utf8)
        }
    }

    /// Puts the filled body into a request, and its Content-Type where there is none yet.
    public func fill(_ request: inout OutgoingRequest, value: (String, String?) -> String?) {
        request.body = bytes(value: value)
        if !request.hasHeader("Content-Type") { request.setHeader("Content-Type", contentType) }
    }
}
