internal import SluiceSDK

/// One answer of `respond:`, compiled once.
struct AnswerTemplate: Sendable {
    static let respondSpec = ConfigSpec([
        ConfigField(
            "accepted", .object(answerSpec), "When at least one record was taken, or the message was empty. Status 200."
        ),
        ConfigField(
            "rejected", .object(answerSpec),
            "When no record was taken (status 422), and for every refusal (401, 413, 429, 503 …) with its own status, "
                + "unless `status` is set here."),
    ])

    private static let answerSpec = ConfigSpec([
        ConfigField("status", .integer(200...599), example: "200", "The HTTP status."),
        ConfigField(
            "json", .any, example: "{ success: true, accepted: \"{accepted|number}\" }",
            "The body; its texts are templates. `{accepted|number}` alone becomes a number."),
        ConfigField(
            "xml", .template, example: "\"<result><id>{ticket_id}</id></result>\"",
            "Or the body as XML, a SOAP envelope for example: values are escaped for it, and the Content-Type is "
                + "`text/xml; charset=utf-8` unless `headers` has another."),
        ConfigField("text", .template, example: "\"success\"", "Or the body as text; one of `json`, `xml` and `text`."),
        ConfigField(
            "headers", .map(.template), example: "{ Content-Type: text/xml }", "Headers; their values are templates."),
    ])

    private enum Body: Sendable {
        case json(JSONTemplate)
        case text(Template, TemplateEscape, type: String)
        case empty
    }

    private let status: Int?
    private let headers: HeaderTemplates
    private let body: Body

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        status = try config.optionalInteger("status")
        headers = try HeaderTemplates(config.optional("headers"), allowed: AnswerFacts.names)
        let written = ["json", "xml", "text"].compactMap { key in config.optional(key).map { (key, $0) } }
        guard let (key, value) = written.first else {
            body = .empty
            return
        }
        guard written.count == 1 else {
            throw ConfigIssue(
                at: written[1].1.place, "http-push.body", "an answer has one of 'json', 'xml' and 'text'",
                hint: "leave the others out")
        }
        switch key {
        case "json": body = .json(try JSONTemplate(value, allowed: AnswerFacts.names))
        case "xml":
            body = .text(try Template(value, allowed: AnswerFacts.names), .xml, type: "text/xml; charset=utf-8")
        default:
            body = .text(
                try Template(value, allowed: AnswerFacts.names), headers.bodyEscape, type: "text/plain; charset=utf-8")
        }
    }

    func response(_ facts: AnswerFacts, status fallback: Int) -> PushResponse {
        var response = PushResponse(
            status: status ?? fallback, headers: headers.render { name, _ in facts.value(name) })
        let hasType = headers.contains("content-type")
        switch body {
        case .json(let template):
            var writer = JSONWriter()
            template.write(to: &writer) { name, _ in facts.value(name) }
            response.body = writer.bytes
            if !hasType { response.headers.append(("Content-Type", "application/json")) }
        case .text(let template, let escape, let type):
            response.body = Array(template.render(escape) { name, _ in facts.value(name) }.utf8)
            if !hasType { response.headers.append(("Content-Type", type)) }
        case .empty: break
        }
        return response
    }
}
