public import SluiceSDK
internal import Synchronization

/// Makes requests as somebody whom the other side knows: all of `auth:`, tokens that are fetched and renewed included.
public final class ClientAuth: Sendable {
    /// The `auth:` key of whoever fetches; without it nothing is sent.
    public static let field = ConfigField(
        "auth", .variant(tag: "type", OutgoingAuth.variants + ClientAuthSpec.variants),
        example: "{ type: bearer, token: \"${file:12345}\" }", "How Sluice proves who it is.")

    private enum Method: Sendable {
        case fixed(OutgoingAuth)
        case token(TokenGrant, TokenUse)
    }

    private let method: Method
    private let route: ClientRoute
    private let client: CurlClient
    private let clock: @Sendable () -> Timestamp
    private let token = Mutex<Token?>(nil)

    /// - Parameter config: the object that holds `auth:` and the keys of `ClientRoute`.
    /// - Throws: `ConfigIssue`.
    public init(
        _ config: Config, client: CurlClient = .shared, clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        route = try ClientRoute(config)
        self.client = client
        self.clock = clock
        let auth = config.optionalObject("auth")
        switch try auth?.string("type") {
        case "mtls": method = .fixed(try OutgoingAuth(nil))
        case "session":
            guard let auth else { throw ConfigIssue(at: config.place, "auth.type", "'auth' is missing") }
            method = .token(try TokenGrant(session: auth), try TokenUse(session: auth))
        case "oauth2-client":
            guard let auth else { throw ConfigIssue(at: config.place, "auth.type", "'auth' is missing") }
            method = .token(try TokenGrant(oauth: auth), TokenUse.bearer)
        default: method = .fixed(try OutgoingAuth(auth))
        }
    }

    /// The answer, whatever its status. A refused token is fetched anew, once.
    /// - Throws: `CurlError` (`curl.token` when no token is to be had), or `CancellationError`.
    public func perform(_ request: OutgoingRequest, maxResponseBytes: Int) async throws -> CurlResponse {
        switch method {
        case .fixed(let auth):
            var signed = request
            auth.apply(to: &signed, now: clock(), nonce: Hex.encode(secureRandomBytes(16)))
            return try await client.perform(route.request(signed, maxResponseBytes: maxResponseBytes))
        case .token(let grant, let use):
            let response = try await attempt(request, grant, use, maxResponseBytes)
            guard use.isRefused(response) else { return response }
            token.withLock { $0 = nil }
            return try await attempt(request, grant, use, maxResponseBytes)
        }
    }

    private func attempt(
        _ request: OutgoingRequest, _ grant: TokenGrant, _ use: TokenUse, _ maxResponseBytes: Int
    ) async throws -> CurlResponse {
        var signed = request
        use.apply(try await currentToken(grant), to: &signed)
        return try await client.perform(route.request(signed, maxResponseBytes: maxResponseBytes))
    }

    private func currentToken(_ grant: TokenGrant) async throws -> String {
        let now = clock()
        if let known = token.withLock({ $0 }), known.refreshAt.map({ now < $0 }) ?? true { return known.text }
        let fresh = try await grant.fetch(client, route, now: now)
        token.withLock { $0 = fresh }
        return fresh.text
    }
}
