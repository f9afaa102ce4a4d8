import HTTPSender
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// The words of `source.auth` on a reply, against a real server.
@Suite struct ReplyAuthTests {
    private static func send(_ server: StubServer, _ auth: ConfigLiteral, times: Int = 1) async throws {
        let config: ConfigLiteral = [
            "url": .text("http://127.0.0.1:\(server.port)/reply"), "body": ["json": ["id": "{reply.id}"]], "auth": auth,
        ]
        let sender = try HTTPReplySender(
            Config(config, spec: HTTPReplySender.spec.config), context: ChannelContext(channelID: "a"))
        for _ in 0..<times { _ = try await sender.send(HTTPReplySenderTests.reply()) }
    }

    @Test(
        arguments: [
            (["type": "api-key", "header": "X-Key", "key": "k"], "x-key", "k"),
            (["type": "bearer", "token": "t"], "authorization", "Bearer t"),
            // printf 'u:p' | base64
            (["type": "basic", "user": "u", "password": "p"], "authorization", "Basic dTpw"),
        ] as [(ConfigLiteral, String, String)])
    func fixedCredentialsAreSent(auth: ConfigLiteral, header: String, value: String) async throws {
        let server = try StubServer { _ in .init(200) }
        try await Self.send(server, auth)
        #expect(server.requests.first?.header(header) == value)
    }

    /// Gives out t1, t2, …; each is good for one reply, and then refused.
    private static func tokens() throws -> StubServer {
        let state = Mutex((issued: 0, used: false))
        return try StubServer { request in
            state.withLock { state in
                if request.target == "/login" {
                    state = (state.issued + 1, false)
                    return .init(200, #"{"access_token":"t\#(state.issued)","expires_in":3600}"#)
                }
                let given = request.header("x-token") ?? request.header("authorization") ?? ""
                guard given.hasSuffix("t\(state.issued)"), !state.used else { return .init(401) }
                state.used = true
                return .init(200)
            }
        }
    }

    @Test func aSessionIsOpenedAndRenewedWhenItHasEnded() async throws {
        let server = try Self.tokens()
        try await Self.send(
            server,
            [
                "type": "session", "token": "$.access_token", "send": ["header": "X-Token"],
                "login": [
                    "url": .text("http://127.0.0.1:\(server.port)/login"), "body": ["form": ["user": "sluice"]],
                ],
            ], times: 3)
        #expect(
            server.requests.filter { $0.target == "/login" }.map(\.text) == Array(repeating: "user=sluice", count: 3))
        #expect(
            server.requests.filter { $0.target == "/reply" }.map { $0.header("x-token") ?? "" }
                == ["t1", "t1", "t2", "t2", "t3"])
    }

    @Test func oauthClientsFetchTheirToken() async throws {
        let server = try Self.tokens()
        try await Self.send(
            server,
            [
                "type": "oauth2-client", "token_url": .text("http://127.0.0.1:\(server.port)/login"),
                "client_id": "sluice", "client_secret": "s",
            ])
        #expect(server.requests.map(\.target) == ["/login", "/reply"])
        #expect(server.requests.last?.header("authorization") == "Bearer t1")
        #expect(server.requests.last?.header("idempotency-key") == "r1")
    }

    @Test func aLoginThatFailsIsTriedAgainAndShowsNothingOfItsAnswer() async throws {
        let server = try StubServer { _ in .init(403, "password p is wrong") }
        let error = await #expect(throws: PluginError.self) {
            try await Self.send(
                server,
                [
                    "type": "session", "token": "$.t", "send": ["header": "X-Token"],
                    "login": ["url": .text("http://127.0.0.1:\(server.port)/login")],
                ])
        }
        #expect(error?.code == "http.token" && error?.remedy == .retry(after: .zero))
        #expect(error?.reason.contains("wrong") == false)
    }
}
