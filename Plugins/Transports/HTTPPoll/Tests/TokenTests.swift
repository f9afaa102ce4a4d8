import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@testable import HTTPPollTransport

@Suite struct TokenTests {
    /// Gives tokens `t1`, `t2` … at `/login`; `/orders` takes the newest, for so many requests each.
    private static func source(requestsPerToken: Int, refusal: StubServer.Answer) throws -> PollBench {
        let state = Mutex((token: 0, used: 0))
        return try PollBench { request in
            if request.target == "/login" {
                let number = state.withLock { state in
                    state = (state.token + 1, 0)
                    return state.token
                }
                return StubServer.Answer(
                    200, #"{"data":{"token":"t\#(number)"},"access_token":"t\#(number)","expires_in":7200}"#)
            }
            let isGood = state.withLock { state in
                state.used += 1
                let given = request.header("token") ?? request.header("authorization") ?? ""
                return given.hasSuffix("t\(state.token)") && state.token > 0 && state.used <= requestsPerToken
            }
            return isGood ? PagingTests.numbered(request) : refusal
        }
    }

    private static func session(_ bench: PollBench, _ more: (String, ConfigLiteral)...) -> ConfigLiteral {
        let base: [(String, ConfigLiteral)] = [
            ("type", "session"), ("token", "$.data.token"), ("send", ["header": "token"]),
            (
                "login",
                [
                    "url": .text("http://127.0.0.1:\(bench.server.port)/login"),
                    "body": ["json": ["user": "sluice", "password": "p{a}ss"]],
                ]
            ),
        ]
        let entries = (base + more).map { ConfigEntry(key: $0.0, value: $0.1.value) }
        return ["page": PagingTests.number, "auth": ConfigLiteral(ConfigValue(.map(entries)))]
    }

    @Test func aTokenThatExpiresInTheMiddleOfAPassIsRenewed() async throws {
        let bench = try Self.source(requestsPerToken: 2, refusal: StubServer.Answer(401))
        let transport = try bench.transport(Self.session(bench))
        var found: [Int] = []
        for _ in 1...5 { found += try await transport.take().numbers }
        #expect(found == Array(1...10))
        let logins = bench.server.requests.filter { $0.target == "/login" }
        #expect(logins.count == 3)
        #expect(logins.first?.text == #"{"user":"sluice","password":"p{a}ss"}"#)
    }

    @Test func aTokenRefusedInsideA200IsRenewed() async throws {
        let bench = try Self.source(requestsPerToken: 2, refusal: StubServer.Answer(200, #"{"code":40101}"#))
        let transport = try bench.transport(
            Self.session(bench, ("refresh_when", ["where": "$.code", "equals": [40101]])))
        var found: [Int] = []
        for _ in 1...5 { found += try await transport.take().numbers }
        #expect(found == Array(1...10))
    }

    @Test func tokensThatAreRefusedAtOnceAreNotFetchedForEver() async throws {
        let bench = try Self.source(requestsPerToken: 0, refusal: StubServer.Answer(401, "no"))
        let error = await #expect(throws: PluginError.self) { try await bench.transport(Self.session(bench)).take() }
        #expect(error?.code == "http-poll.denied")
        #expect(bench.server.requests.filter { $0.target == "/login" }.count == 2)
    }

    @Test(arguments: [StubServer.Answer(403, "p{a}ss"), StubServer.Answer(200, "{}"), StubServer.Answer(200, "p{a}ss")])
    func aLoginThatGivesNoTokenSaysSoWithoutTheAnswer(answer: StubServer.Answer) async throws {
        let bench = try PollBench { _ in answer }
        let error = await #expect(throws: PluginError.self) { try await bench.transport(Self.session(bench)).take() }
        #expect(error?.code == "http-poll.token")
        #expect(error?.reason.contains("p{a}ss") == false)
    }

    @Test func oauthClientsAreKnownByTheirTokens() async throws {
        let bench = try Self.source(requestsPerToken: 3, refusal: StubServer.Answer(401))
        let transport = try bench.transport([
            "page": PagingTests.number,
            "auth": [
                "type": "oauth2-client", "token_url": .text("http://127.0.0.1:\(bench.server.port)/login"),
                "client_id": "a b", "client_secret": "s:1", "scope": "orders",
            ],
        ])
        var found: [Int] = []
        for _ in 1...5 { found += try await transport.take().numbers }
        #expect(found == Array(1...10))
        let login = try #require(bench.server.requests.first)
        #expect(login.text == "grant_type=client_credentials&scope=orders")
        // printf 'a%%20b:s%%3A1' | base64
        #expect(login.header("authorization") == "Basic YSUyMGI6cyUzQTE=")
        #expect(bench.server.requests[1].header("authorization") == "Bearer t1")
    }

    @Test func pagesAreSigned() async throws {
        let bench = try PollBench { _ in StubServer.Answer(200, "{}") }
        let transport = try bench.transport(
            [
                "query": ["b": "2", "a": "1"],
                "auth": [
                    "type": "signature", "algorithm": "sm3", "secret": "s3cret",
                    "text": "{sorted_params}{timestamp}{secret}",
                    "encoding": "HEX", "send": ["signature": "query sign", "timestamp": "header ts"],
                ],
            ], now: Timestamp(seconds: 1_700_000_000))
        _ = try await transport.take()
        // printf '%s' 'a=1&b=21700000000s3cret' | openssl dgst -sm3
        #expect(
            bench.server.requests.first?.query("sign")
                == "1D14766DBA388D671268920857E8FFA2CE8DD92B7061D00FED21AD3692145F7E")
    }
}
