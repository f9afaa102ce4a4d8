internal import SluiceSDK

/// `body:` of a reply, compiled once.
enum ReplyBody: Sendable {
    case json(JSONTemplate)
    case text(Template, TemplateEscape)

    static let spec = ConfigSpec([
        ConfigField(
            "json", .any, example: "{ orderNo: \"{external_id}\", result: \"{reply.public_text}\" }",
            "A JSON document whose texts are templates."),
        ConfigField(
            "text", .template, example: "\"<reply>{reply.public_text}</reply>\"",
            "Or text; with an XML Content-Type values are escaped for XML."),
    ])

    /// - Throws: `ConfigIssue` when there is neither or both.
    init(_ config: Config, headers: HeaderTemplates) throws {
        switch (config.optional("json"), config.optional("text")) {
        case (let json?, nil): self = .json(try JSONTemplate(json, allowed: ReplyFacts.names))
        case (nil, let text?): self = .text(try Template(text, allowed: ReplyFacts.names), headers.bodyEscape)
        default:
            throw ConfigIssue(
                at: config.place, "http.body", "a body is either 'json' or 'text'",
                hint: "write 'body: { json: { … } }' or 'body: { text: … }'")
        }
    }

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .text: "text/plain; charset=utf-8"
        }
    }

    func bytes(_ facts: ReplyFacts) -> [UInt8] {
        switch self {
        case .json(let template):
            var writer = JSONWriter()
            template.write(to: &writer, value: facts.value)
            return writer.bytes
        case .text(let template, let escape): return Array(template.render(escape, value: facts.value).utf8)
        }
    }

    /// Every template inside, for checking their formats.
    var templates: [Template] {
        switch self {
        case .json(let template): Self.templates(template)
        case .text(let template, _): [template]
        }
    }

    private static func templates(_ template: JSONTemplate) -> [Template] {
        switch template {
        case .text(let text): [text]
        case .literal: []
        case .list(let items): items.flatMap(templates)
        case .object(let members): members.flatMap { templates($0.value) }
        }
    }
}
