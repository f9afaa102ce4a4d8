/// Checks who calls. Every comparison takes the same time, and every failure looks the same from outside.
public struct IncomingAuth: Sendable {
    /// The `auth:` key of a push transport.
    public static let field = ConfigField(
        "auth", .variant(tag: "type", AuthSpec.variants(incoming: true) + [AuthSpec.standardWebhooks, mtls]),
        required: true,
        example: "{ type: api-key, header: X-API-Key, key: \"${file:12345}\" }", "How the upstream proves who it is.")

    private static let mtls = ConfigVariant(
        "mtls", "A client certificate; the listener has `tls.client_ca`.", CallerCertificate.spec)

    private enum Method {
        case none
        case certificate(CallerCertificate)
        case key(AuthPlace, scheme: String?, [SecretDigest])
        case signature(SignatureRecipe, window: Duration)
        case standardWebhook(StandardWebhook)
    }

    private let method: Method

    /// - Parameter config: the object behind `auth:`.
    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        switch try config.string("type") {
        case "none": method = .none
        case "api-key": method = .key(try APIKeyPlace.read(config), scheme: nil, try Self.secrets(config, "key"))
        case "bearer":
            method = .key(AuthPlace(.header, "Authorization"), scheme: "bearer", try Self.secrets(config, "token"))
        case "basic":
            let credentials = try BasicCredentials.read(config)
            method = .key(AuthPlace(.header, "Authorization"), scheme: "basic", [SecretDigest(credentials)])
        case "signature":
            method = .signature(
                try SignatureRecipe(config), window: try config.optionalDuration("window") ?? .seconds(300))
        case "standard-webhooks": method = .standardWebhook(try StandardWebhook(config))
        case "mtls": method = .certificate(try CallerCertificate(config))
        case let type:
            throw ConfigIssue(
                at: config.place, "auth.type", "auth type '\(type)' is not supported here",
                hint: "supported: none, api-key, basic, bearer, signature, standard-webhooks, mtls")
        }
    }

    /// True when anybody may call.
    public var isOpen: Bool {
        if case .none = method { return true }
        return false
    }

    /// - Throws: `PushRefusal` 401.
    public func check(_ request: PushRequest) throws(PushRefusal) {
        switch method {
        case .none: break
        case .certificate(let caller):
            if let mismatch = caller.mismatch(request.peer) { throw Self.refusal(mismatch) }
        case .key(let place, let scheme, let secrets): try check(request, place, scheme, secrets)
        case .signature(let recipe, let window): try check(request, recipe, window)
        case .standardWebhook(let webhook): try check(request, webhook)
        }
    }

    private func check(
        _ request: PushRequest, _ place: AuthPlace, _ scheme: String?, _ secrets: [SecretDigest]
    ) throws(PushRefusal) {
        guard var given = place.value(in: request) else { throw Self.refusal("no credentials", scheme) }
        if let scheme {
            let words = given.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0].lowercased() == scheme else { throw Self.refusal("not \(scheme)", scheme) }
            given = String(words[1])
        }
        guard SecretDigest(given).isAny(of: secrets) else { throw Self.refusal("wrong credentials", scheme) }
    }

    private func check(_ request: PushRequest, _ recipe: SignatureRecipe, _ window: Duration) throws(PushRefusal) {
        guard let given = recipe.signaturePlace.value(in: request) else { throw Self.refusal("no signature") }
        guard let digest = recipe.decoded(given) else {
            throw Self.refusal("the signature is not \(recipe.encoding.rawValue)")
        }
        let timestamp = recipe.timestampPlace?.value(in: request)
        if let place = recipe.appKeyPlace, place.value(in: request) != recipe.appKey {
            throw Self.refusal("another app_key")
        }
        let input = SignatureRecipe.Input(
            method: request.method, path: request.path, query: request.query, body: request.body,
            contentType: request.header("content-type"), timestamp: timestamp ?? "",
            nonce: recipe.noncePlace?.value(in: request) ?? "")
        // Every secret is tried, whichever fits: the time says nothing.
        let isRight = recipe.secrets.reduce(false) { constantTimeEqual(digest, recipe.digest(input, secret: $1)) || $0 }
        guard isRight else { throw Self.refusal("wrong signature") }
        guard recipe.text.names.contains("timestamp") else { return }
        try Self.checkAge(timestamp.flatMap(recipe.timestampFormat.read), request.now, window)
    }

    private func check(_ request: PushRequest, _ webhook: StandardWebhook) throws(PushRefusal) {
        guard let id = request.header("webhook-id"), let timestamp = request.header("webhook-timestamp") else {
            throw Self.refusal("no webhook-id or webhook-timestamp")
        }
        guard webhook.isSigned(request, id: id, timestamp: timestamp) else { throw Self.refusal("wrong signature") }
        let seconds = Int64(timestamp).flatMap { $0.magnitude < 1 << 40 ? $0 : nil }
        try Self.checkAge(seconds.map { Timestamp(milliseconds: $0 * 1000) }, request.now, webhook.window)
    }

    /// Only after the signature: a stranger hears nothing about clocks.
    private static func checkAge(_ time: Timestamp?, _ now: Int, _ window: Duration) throws(PushRefusal) {
        guard let time else { throw refusal("the timestamp cannot be read") }
        let distance = abs(time.milliseconds - Int64(now) * 1000)
        guard distance <= window.wholeMilliseconds else {
            throw PushRefusal(
                401, "auth.stale", "the timestamp is too far from now; check the clock and sign again",
                detail: "the timestamp is \(distance / 1000) s from the gateway's clock")
        }
    }

    private static func refusal(_ detail: String, _ scheme: String? = nil) -> PushRefusal {
        let headers = scheme.map { [("WWW-Authenticate", $0 == "basic" ? "Basic" : "Bearer")] } ?? []
        return PushRefusal(401, "auth.failed", "not authenticated", headers: headers, detail: detail)
    }

    private static func secrets(_ config: Config, _ key: String) throws -> [SecretDigest] {
        let secrets = try config.strings(key)
        guard !secrets.isEmpty, !secrets.contains("") else {
            throw ConfigIssue(at: config.place, "auth.secret", "'\(key)' is empty", hint: "write '\(key): ${file:…}'")
        }
        return secrets.map(SecretDigest.init)
    }
}

/// A secret's digest: comparing digests leaks neither content nor length.
struct SecretDigest: Sendable {
    private let bytes: [UInt8]

    init(_ secret: String) {
        bytes = SHA256.hash(secret)
    }

    func isAny(of others: [SecretDigest]) -> Bool {
        others.reduce(false) { constantTimeEqual(bytes, $1.bytes) || $0 }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
