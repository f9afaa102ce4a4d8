internal import SluiceSDK

/// Fills a channel's templates with one reply.
struct ReplyRequestBuilder: Sendable {
    private let method: String
    private let url: Template
    private let headers: HeaderTemplates
    private let body: BodyTemplate
    private let dates: ReplyDates

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        method = try config.optionalString("method") ?? "POST"
        url = try Template(httpURL: config.required("url"), allowed: ReplyFacts.names)
        headers = try HeaderTemplates(config.optional("headers"), allowed: ReplyFacts.names)
        body = try BodyTemplate(
            config.object("body"), allowed: ReplyFacts.names, headers: headers, code: "http.body")
        dates = try ReplyDates([url] + headers.templates + body.templates, config)
    }

    /// - Throws: `PluginError` when the source's own number would change where the request goes.
    func request(for reply: Reply) throws -> OutgoingRequest {
        let facts = ReplyFacts(reply, dates: dates)
        let filled = url.render(.url, value: facts.value)
        var request = OutgoingRequest(method: method, url: filled, headers: headers.render(value: facts.value))
        guard !request.path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw PluginError(
                .rejected, "http.unsafe-url", "the source's number, filled into 'url', leads to another path")
        }
        body.fill(&request, value: facts.value)
        if !request.hasHeader("Idempotency-Key") {
            request.setHeader("Idempotency-Key", TemplateEscape.header.apply(reply.id))
        }
        return request
    }
}
