internal import SluiceSDK

/// Builds the request for one page.
struct PollRequest: Sendable {
    static let names: Set<String> = ["page", "since"]

    private let method: String
    private let url: Template
    private let query: [(name: String, value: Template)]
    private let headers: HeaderTemplates
    private let body: BodyTemplate?

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        url = try Template(httpURL: config.required("url"), allowed: Self.names)
        query = try Self.templates(config.optional("query"))
        headers = try HeaderTemplates(config.optional("headers"), allowed: Self.names)
        let headers = headers
        body = try config.optionalObject("body").map {
            try BodyTemplate($0, allowed: Self.names, headers: headers, code: "http-poll.body")
        }
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
        body?.fill(&request, value: fill)
        return request
    }

    private static func templates(_ value: ConfigValue?) throws -> [(name: String, value: Template)] {
        try (value?.entries ?? []).map { ($0.key, try Template($0.value, allowed: names)) }
    }
}
