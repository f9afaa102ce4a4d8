internal import SluiceSDK
internal import Synchronization

/// Who may ask: the channel's own `auth`, seen from the other side.
final class UpstreamDoor: Sendable {
    private enum Method: Sendable {
        case open
        case proof(IncomingAuth)
        case token(TokenPlace)
    }

    private struct TokenPlace: Sendable {
        var place: AuthPlace
        var prefix: String
        var loginPath: String
        var answer: @Sendable (String) -> String
        /// What an ended session is told, where that is said inside a 200.
        var ended: String?
    }

    private let method: Method
    private let tokens = Mutex<Set<String>>([])
    private let misbehaviour: Misbehaviour

    /// - Throws: `ConfigIssue`.
    init(_ auth: Config?, misbehaviour: Misbehaviour) throws {
        self.misbehaviour = misbehaviour
        switch try auth?.string("type") ?? "none" {
        case "none", "mtls": method = .open
        case "session": method = .token(try Self.session(auth))
        case "oauth2-client": method = .token(try Self.oauth(auth))
        default: method = try auth.map { .proof(try IncomingAuth($0)) } ?? .open
        }
    }

    /// The answer to a login; nil when this is none.
    func login(_ request: PushRequest) -> PushResponse? {
        guard case .token(let use) = method, request.path == use.loginPath else { return nil }
        let token = Hex.encode(secureRandomBytes(16))
        tokens.withLock { _ = $0.insert(token) }
        return PushResponse.json(use.answer(token))
    }

    /// nil when the caller may ask; otherwise what he is told.
    func refusal(_ request: PushRequest) -> PushResponse? {
        switch method {
        case .open: return nil
        case .proof(let auth):
            do throws(PushRefusal) {
                try auth.check(request)
                return nil
            } catch {
                return PushResponse.error(error)
            }
        case .token(let use):
            let given = use.place.value(in: request) ?? ""
            if misbehaviour.forgetsToken { tokens.withLock { $0.removeAll() } }
            let isKnown = tokens.withLock { $0.contains(String(given.dropFirst(use.prefix.count))) }
            if isKnown, given.hasPrefix(use.prefix) { return nil }
            if let ended = use.ended { return PushResponse.json(ended) }
            return PushResponse(status: 401, headers: [("Content-Type", "application/json")], body: Array("{}".utf8))
        }
    }

    private static func session(_ auth: Config?) throws -> TokenPlace {
        guard let auth else { throw SimulatorError("simulator.auth", "'auth' is missing") }
        let send = auth.optionalObject("send")
        let place =
            if let header = try send?.optionalString("header") { AuthPlace(.header, header) } else {
                AuthPlace(.query, try send?.optionalString("query") ?? "token")
            }
        let login = OutgoingRequest(method: "POST", url: try auth.object("login").string("url"))
        let path = JSONTree.names(try auth.string("token")) ?? ["token"]
        var ended: String?
        if let rule = auth.optionalObject("refresh_when") {
            var tree = JSONTree.object([])
            MessageWriter.putSuccess(rule, into: &tree)
            ended = tree.text
        }
        return TokenPlace(
            place: place, prefix: try send?.optionalString("prefix") ?? "", loginPath: login.path,
            answer: { token in
                var tree = JSONTree.object([])
                tree.put(.finished("\"\(token)\""), at: path)
                return tree.text
            }, ended: ended)
    }

    private static func oauth(_ auth: Config?) throws -> TokenPlace {
        guard let auth else { throw SimulatorError("simulator.auth", "'auth' is missing") }
        let login = OutgoingRequest(method: "POST", url: try auth.string("token_url"))
        return TokenPlace(
            place: AuthPlace(.header, "Authorization"), prefix: "Bearer ", loginPath: login.path,
            answer: { #"{"access_token":"\#($0)","token_type":"Bearer","expires_in":3600}"# }, ended: nil)
    }
}

extension PushResponse {
    static func json(_ text: String, status: Int = 200) -> PushResponse {
        PushResponse(status: status, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
    }
}
