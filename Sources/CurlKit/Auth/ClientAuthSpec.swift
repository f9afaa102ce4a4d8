internal import SluiceSDK

/// The declarations of the kinds of `auth:` that need requests of their own, or a certificate; and their reading.
enum ClientAuthSpec {
    static let variants = [
        ConfigVariant("session", "A token is fetched by a login and sent with every request.", session),
        ConfigVariant("oauth2-client", "OAuth 2 client credentials, RFC 6749 section 4.4.", oauth),
        ConfigVariant("mtls", "A client certificate.", mtls),
    ]

    private static let session = ConfigSpec([
        ConfigField("login", .object(login), required: true, example: "{ url: …, body: { … } }", "The login request."),
        ConfigField(
            "token", .string, required: true, example: "$.data.token", "JSONPath (or XPath) of the token in its answer."
        ),
        ConfigField(
            "expires_in", .string, example: "$.data.expiresIn",
            "JSONPath (or XPath) of the seconds until it ends, where it says."),
        ConfigField("lifetime", .duration, example: "2h", "How long a token holds where the answer does not say."),
        ConfigField("send", .object(send), required: true, example: "{ header: token }", "Where the token goes."),
        ConfigField(
            "refresh_on", .list(.integer(400...599)), default: "[401]", example: "[401, 403]",
            "Statuses that mean the token has ended: it is fetched anew, once for a request."),
        ConfigField(
            "refresh_when", .object(SuccessRule.spec), example: "{ where: $.code, equals: [40101] }",
            "The same where the other side says it inside a 200."),
    ])

    private static let login = ConfigSpec([
        ConfigField("url", .string, required: true, example: "https://example.org/login", "Where to."),
        ConfigField("method", .choice(["GET", "POST"]), default: "POST", "The method."),
        ConfigField("headers", .map(.string), example: "{ X-App: sluice }", "Headers."),
        ConfigField("body", .object(body), example: "{ json: { user: sluice } }", "The body."),
    ])

    private static let body = ConfigSpec([
        ConfigField("json", .any, example: "{ user: sluice, password: \"${file:12345}\" }", "A JSON document."),
        ConfigField("form", .map(.string), example: "{ user: sluice }", "Or the fields of a form."),
    ])

    private static let send = ConfigSpec([
        ConfigField("header", .string, example: "token", "A header."),
        ConfigField("query", .string, example: "access_token", "Or a query parameter."),
        ConfigField("prefix", .string, example: "\"Bearer \"", "What stands before the token."),
    ])

    private static let oauth = ConfigSpec([
        ConfigField("token_url", .string, required: true, example: "https://example.org/oauth/token", "Where to."),
        ConfigField("client_id", .string, required: true, example: "sluice", "The client's name."),
        ConfigField("client_secret", .secret, required: true, example: "${file:12345}", "Its secret."),
        ConfigField("scope", .string, example: "orders.read", "The scope."),
        ConfigField(
            "send_as", .choice(["basic", "body"]), default: "basic", example: "body",
            "Whether name and secret go into the Authorization header or into the form."),
    ])

    private static let mtls = ConfigSpec([
        ConfigField("certificate", .string, required: true, example: "certificates/sluice.pem", "PEM file."),
        ConfigField("key", .string, required: true, example: "certificates/sluice.key", "PEM file of its key."),
    ])

    /// - Throws: `ConfigIssue` when this is no address.
    static func address(_ config: Config, _ key: String) throws -> String {
        let value = try config.required(key)
        let url = try config.string(key)
        guard HTTPAddress(url) != nil else {
            throw ConfigIssue(
                at: value.place, "http.url", "'\(key)' is not an http:// or https:// address", hint: "write https://…")
        }
        return url
    }

    static func form(_ fields: [(String, String)]) -> [UInt8] {
        let pairs = fields.map { TemplateEscape.url.apply($0.0) + "=" + TemplateEscape.url.apply($0.1) }
        return Array(pairs.joined(separator: "&").utf8)
    }
}

extension TokenGrant {
    private static let formType = "application/x-www-form-urlencoded"

    /// - Throws: `ConfigIssue`.
    init(session config: Config) throws {
        let login = try config.object("login")
        var request = OutgoingRequest(
            method: try login.optionalString("method") ?? "POST", url: try ClientAuthSpec.address(login, "url"))
        let body = login.optionalObject("body")
        if let json = body?.optional("json") {
            var writer = JSONWriter()
            json.write(to: &writer)
            request.body = writer.bytes
            request.setHeader("Content-Type", "application/json")
        } else if let form = body?.optional("form") {
            request.body = ClientAuthSpec.form((form.entries ?? []).map { ($0.key, $0.value.text ?? "") })
            request.setHeader("Content-Type", Self.formType)
        }
        for header in login.optional("headers")?.entries ?? [] {
            request.setHeader(header.key, header.value.text ?? "")
        }
        self.init(
            request: request, token: try AnswerPath(config, "token"),
            lifetime: config.has("expires_in") ? try AnswerPath(config, "expires_in") : nil,
            holds: try config.optionalDuration("lifetime"))
    }

    /// - Throws: `ConfigIssue`.
    init(oauth config: Config) throws {
        let (id, secret) = (try config.string("client_id"), try config.string("client_secret"))
        let inBody = try config.optionalString("send_as") == "body"
        var fields = [("grant_type", "client_credentials")]
        if let scope = try config.optionalString("scope") { fields.append(("scope", scope)) }
        if inBody { fields += [("client_id", id), ("client_secret", secret)] }
        var request = OutgoingRequest(
            method: "POST", url: try ClientAuthSpec.address(config, "token_url"), body: ClientAuthSpec.form(fields))
        request.setHeader("Content-Type", Self.formType)
        request.setHeader("Accept", "application/json")
        if !inBody {
            // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
            let pair = TemplateEscape.url.apply(id) + ":" + TemplateEscape.url.apply(secret)
            request.setHeader("Authorization", "Basic " + Base64.encode(Array(pair.utf8)))
        }
        do throws(SelectorError) {
            self.init(
                request: request, token: try AnswerPath("$.access_token"), lifetime: try AnswerPath("$.expires_in"),
                holds: nil)
        } catch {
            throw ConfigIssue(at: config.place, error.code, error.reason)
        }
    }
}
