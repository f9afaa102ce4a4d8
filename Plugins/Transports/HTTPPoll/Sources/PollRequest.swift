internal import CurlKit
internal import SluiceSDK

/// Builds the request for one page.
struct PollRequest: Sendable {
    static let names: Set<String> = ["page", "since"]

    static let bodySpec = ConfigSpec([
        ConfigField(
            "json", .any, example: "{ pageNo: \"{page|number}\", updatedAfter: \"{since}\" }",
            "A JSON document whose texts are templates."),
        ConfigField(
            "text", .template, example: "\"<query><page>{page}</page></query>\"",
            "Or text; with an XML Content-Type values are escaped for XML."),
        ConfigField("form", .map(.template), example: "{ pageNo: \"{page}\" }", "Or the fields of a form."),
    ])

    private enum Body {
        case none
        case json(JSONTemplate)
        case text(Template, TemplateEscape)
        case form([(name: String, value: Template)])
    }

    private let method: String
    private let url: Template
    private let query: [(name: String, value: Template)]
    private let headers: HeaderTemplates
    private let body: Body

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        url = try Template(httpURL: config.required("url"), allowed: Self.names)
        query = try Self.templates(config.optional("query"))
        headers = try HeaderTemplates(config.optional("headers"), allowed: Self.names)
        body = try Self.body(config.optionalObject("body"), headers)
        method = try config.optionalString("method") ?? "GET"
        if method == "GET", config.has("body") {
            throw ConfigIssue(
                at: config.place, "http-poll.body", "a GET has no body",
                hint: "write 'method: POST', or leave 'body' out")
        }
    }

    /// - Parameters:
    ///   - page: the number, offset or cursor; nil for the first page of a cursor.
    ///   - address: takes the place of the URL and its query where the source named the next page itself.
    func make(page: String?, pageParameter: String?, since: String?, sinceParameter: String?, address: String?)
        -> OutgoingRequest
    {
        let fill: (String, String?) -> String? = { name, _ in name == "page" ? page : since }
        var request = OutgoingRequest(method: method, url: address ?? url.render(.url, value: fill))
        request.headers = headers.render(value: fill)
        if address == nil {
            for parameter in query { request.addQuery(parameter.name, parameter.value.render(value: fill)) }
            if let pageParameter, let page { request.addQuery(pageParameter, page) }
            if let sinceParameter, let since { request.addQuery(sinceParameter, since) }
        }
        setBody(of: &request, fill)
        return request
    }

    private func setBody(of request: inout OutgoingRequest, _ fill: (String, String?) -> String?) {
        let type: String
        switch body {
        case .none: return
        case .json(let template):
            var writer = JSONWriter()
            template.write(to: &writer, value: fill)
            (request.body, type) = (writer.bytes, "application/json")
        case .text(let template, let escape):
            (request.body, type) = (Array(template.render(escape, value: fill).utf8), "text/plain; charset=utf-8")
        case .form(let fields):
            let pairs = fields.map {
                TemplateEscape.url.apply($0.name) + "=" + TemplateEscape.url.apply($0.value.render(value: fill))
            }
            (request.body, type) = (Array(pairs.joined(separator: "&").utf8), "application/x-www-form-urlencoded")
        }
        if !request.hasHeader("Content-Type") { request.setHeader("Content-Type", type) }
    }

    private static func body(_ config: Config?, _ headers: HeaderTemplates) throws -> Body {
        guard let config else { return .none }
        switch (config.optional("json"), config.optional("text"), config.optional("form")) {
        case (let json?, nil, nil): return .json(try JSONTemplate(json, allowed: names))
        case (nil, let text?, nil): return .text(try Template(text, allowed: names), headers.bodyEscape)
        case (nil, nil, let form?): return .form(try templates(form))
        default:
            throw ConfigIssue(
                at: config.place, "http-poll.body", "a body is one of 'json', 'text' and 'form'",
                hint: "write 'body: { json: { … } }'")
        }
    }

    private static func templates(_ value: ConfigValue?) throws -> [(name: String, value: Template)] {
        try (value?.entries ?? []).map { ($0.key, try Template($0.value, allowed: names)) }
    }
}
