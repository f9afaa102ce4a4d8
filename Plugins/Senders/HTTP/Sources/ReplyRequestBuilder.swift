internal import SluiceSDK

/// Fills a channel's templates with one reply.
struct ReplyRequestBuilder: Sendable {
    private let method: String
    private let url: Template
    private let headers: HeaderTemplates
    private let body: ReplyBody
    private let dates: DateFormats

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        method = try config.optionalString("method") ?? "POST"
        url = try Template(httpURL: config.required("url"), allowed: ReplyFacts.names)
        headers = try HeaderTemplates(config.optional("headers"), allowed: ReplyFacts.names)
        body = try ReplyBody(config.object("body"), headers: headers)
        let name = try config.optionalString("zone") ?? "Asia/Shanghai"
        guard let zone = Zone(name: name) else {
            throw ConfigIssue(
                at: config.optional("zone")?.place ?? config.place, "config.zone", "there is no time zone '\(name)'",
                hint: "write a name like Asia/Shanghai or an offset like +08:00")
        }
        dates = try DateFormats([url] + headers.templates + body.templates, zone: zone, at: config.place)
    }

    /// - Throws: `PluginError` when the source's own number would change where the request goes.
    func request(for reply: Reply) throws -> OutgoingRequest {
        let facts = ReplyFacts(reply: reply, dates: dates)
        let filled = url.render(.url, value: facts.value)
        var request = OutgoingRequest(
            method: method, url: filled, headers: headers.render(value: facts.value), body: body.bytes(facts))
        guard !request.path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw PluginError(
                .rejected, "http.unsafe-url", "the source's number, filled into 'url', leads to another path")
        }
        if !request.hasHeader("Content-Type") { request.setHeader("Content-Type", body.contentType) }
        if !request.hasHeader("Idempotency-Key") {
            request.setHeader("Idempotency-Key", TemplateEscape.header.apply(reply.id))
        }
        return request
    }
}
