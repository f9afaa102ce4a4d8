/// Proves who we are in a request that we send.
public struct OutgoingAuth: Sendable {
    /// The `auth:` key of a sender; without it nothing is sent.
    public static let field = ConfigField(
        "auth", .variant(tag: "type", variants), example: "{ type: bearer, token: \"${file:12345}\" }",
        "How Sluice proves who it is.")

    /// The words behind `type:`, for those who know more of them.
    public static var variants: [ConfigVariant] { AuthSpec.variants(incoming: false) }

    private enum Method {
        case none
        case fixed(AuthPlace, String)
        case signature(SignatureRecipe)
    }

    private let method: Method

    /// - Parameter config: the object behind `auth:`; nil where there is none.
    /// - Throws: `ConfigIssue`.
    public init(_ config: Config?) throws {
        guard let config else {
            method = .none
            return
        }
        let authorization = AuthPlace(.header, "Authorization")
        switch try config.string("type") {
        case "none": method = .none
        case "api-key": method = .fixed(try APIKeyPlace.read(config), try config.string("key"))
        case "bearer": method = .fixed(authorization, "Bearer " + (try config.string("token")))
        case "basic": method = .fixed(authorization, "Basic " + (try BasicCredentials.read(config)))
        case "signature": method = .signature(try SignatureRecipe(config))
        case let type:
            throw ConfigIssue(
                at: config.place, "auth.type", "auth type '\(type)' is not supported here",
                hint: "supported: none, api-key, basic, bearer, signature")
        }
    }

    /// - Parameters:
    ///   - now: when this attempt is made.
    ///   - nonce: fresh for every attempt.
    public func apply(to request: inout OutgoingRequest, now: Timestamp, nonce: String) {
        switch method {
        case .none: break
        case .fixed(let place, let value): place.set(value, in: &request)
        case .signature(let recipe): sign(&request, recipe, now, nonce)
        }
    }

    /// Everything else first: parameters that are sent in the query are signed with the others.
    private func sign(_ request: inout OutgoingRequest, _ recipe: SignatureRecipe, _ now: Timestamp, _ nonce: String) {
        let timestamp = recipe.timestampFormat.write(now)
        recipe.timestampPlace?.set(timestamp, in: &request)
        recipe.noncePlace?.set(nonce, in: &request)
        recipe.appKeyPlace?.set(recipe.appKey, in: &request)
        let input = SignatureRecipe.Input(
            method: request.method, path: request.path, query: request.query, body: request.body,
            contentType: request.headers.first { $0.name.lowercased() == "content-type" }?.value, timestamp: timestamp,
            nonce: nonce)
        guard let secret = recipe.secrets.first else { return }
        recipe.signaturePlace.set(recipe.encoded(recipe.digest(input, secret: secret)), in: &request)
    }
}
