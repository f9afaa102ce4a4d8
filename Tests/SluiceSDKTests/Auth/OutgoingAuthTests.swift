import SluiceSDK
import Testing

@Suite struct OutgoingAuthTests {
    private static func apply(_ entries: [(String, String)], send: [(String, String)] = []) throws -> OutgoingRequest {
        var all = entries.map { ConfigEntry(key: $0.0, value: ConfigValue($0.1)) }
        if !send.isEmpty {
            let places = send.map { ConfigEntry(key: $0.0, value: ConfigValue($0.1)) }
            all.append(ConfigEntry(key: "send", value: ConfigValue(.map(places))))
        }
        var request = OutgoingRequest(
            method: "POST", url: "https://example.org/reply?b=2&a=1", headers: [("Content-Type", "application/json")],
            body: Array("{}".utf8))
        try OutgoingAuth(Config(ConfigValue(.map(all)))).apply(
            to: &request, now: Timestamp(seconds: 1_700_000_000), nonce: "n0nce")
        return request
    }

    @Test func nothingIsAddedWithoutAuth() throws {
        var request = OutgoingRequest(method: "POST", url: "https://example.org/")
        try OutgoingAuth(nil).apply(to: &request, now: Timestamp(seconds: 0), nonce: "")
        #expect(request.headers.isEmpty)
    }

    @Test func keysAndTokensStandWhereTheyShould() throws {
        let header = try Self.apply([("type", "api-key"), ("header", "X-Key"), ("key", "a&b")])
        #expect(header.headers.contains { $0 == ("x-key", "a&b") })
        let query = try Self.apply([("type", "api-key"), ("query", "key"), ("key", "a&b")])
        #expect(query.url == "https://example.org/reply?b=2&a=1&key=a%26b")
        let bearer = try Self.apply([("type", "bearer"), ("token", "t")])
        #expect(bearer.headers.contains { $0 == ("authorization", "Bearer t") })
        let basic = try Self.apply([("type", "basic"), ("user", "Aladdin"), ("password", "open sesame")])
        #expect(basic.headers.contains { $0 == ("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") })
    }

    @Test func whatWeSignPassesTheCheckOfTheSameWords() throws {
        let words = [
            ("type", "signature"), ("secret", "s3cret"), ("app_key", "sluice"), ("encoding", "base64"),
            ("text", "{app_key}{timestamp}{nonce}{method}{path}{sorted_params}{body}"),
        ]
        let places = [
            ("signature", "query sign"), ("timestamp", "query ts"), ("nonce", "header X-Nonce"),
            ("app_key", "query appkey"),
        ]
        let sent = try Self.apply(words, send: places)
        var entries = words.map { ConfigEntry(key: $0.0, value: ConfigValue($0.1)) }
        let send = places.map { ConfigEntry(key: $0.0, value: ConfigValue($0.1)) }
        entries.append(ConfigEntry(key: "send", value: ConfigValue(.map(send))))
        let auth = try IncomingAuth(Config(ConfigValue(.map(entries))))
        var received = PushRequest(
            method: sent.method, path: sent.path, query: sent.query,
            headers: sent.headers.map { ($0.name.lowercased(), $0.value) }, body: sent.body, now: 1_700_000_010)
        try auth.check(received)
        received.query[0].value = "3"
        #expect(throws: PushRefusal.self) { try auth.check(received) }
    }

    @Test(arguments: [
        ("https://example.org", "/", 0), ("https://example.org?x=1", "/", 1), ("https://a/b/c?x=1&y=%20#z", "/b/c", 2),
    ])
    func pathAndQueryAreCutOutOfTheURL(url: String, path: String, count: Int) {
        let request = OutgoingRequest(method: "GET", url: url)
        #expect(request.path == path)
        #expect(request.query.count == count)
    }
}
