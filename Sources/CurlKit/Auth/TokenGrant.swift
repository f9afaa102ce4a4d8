internal import SluiceSDK

/// A token as the other side gave it.
struct Token: Sendable {
    var text: String
    /// When a new one is fetched, though nobody has refused it yet; nil when it holds until it is refused.
    var refreshAt: Timestamp?
}

/// How a token is fetched: by a login of the configuration's own words, or by OAuth 2 client credentials.
struct TokenGrant: Sendable {
    /// What a token request needs; one more than everything else in a channel would ever answer.
    private static let mostBytes = 64 << 10

    let request: OutgoingRequest
    let token: AnswerPath
    /// Seconds until the token ends, in the answer.
    let lifetime: AnswerPath?
    /// What the configuration says where the answer does not.
    let holds: Duration?

    func fetch(_ client: CurlClient, _ route: ClientRoute, now: Timestamp) async throws -> Token {
        let response = try await client.perform(route.request(request, maxResponseBytes: Self.mostBytes))
        guard response.isSuccess else {
            // The answer to a login may repeat what was sent: its text stays out of the status.
            let isPassing = response.status >= 500 || response.status == 429
            throw CurlError(
                isPassing ? "curl.failed" : "curl.token",
                "the token request is answered \(response.status); check the credentials")
        }
        guard
            let document = try? AnswerDocument(
                response.body, contentType: response.header("content-type"), for: token),
            let text = try? document.first(token).word, !text.isEmpty,
            !text.utf8.contains(where: { $0 < 0x21 || $0 == 0x7F })
        else {
            throw CurlError("curl.token", "the answer to the token request holds no token at \(token.text)")
        }
        let seconds = try? lifetime.flatMap { try document.first($0).word }.flatMap { Int($0) }
        return Token(text: text, refreshAt: refreshTime(seconds, now))
    }

    /// A tenth of its life before its end, a minute at most: a request made with it must still arrive.
    private func refreshTime(_ seconds: Int?, _ now: Timestamp) -> Timestamp? {
        let life = seconds.flatMap { (1...31_536_000).contains($0) ? Duration.seconds($0) : nil } ?? holds
        guard let life else { return nil }
        return now.adding(life - min(life / 10, .seconds(60)))
    }
}
