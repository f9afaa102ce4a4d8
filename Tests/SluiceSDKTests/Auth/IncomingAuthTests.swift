import SluiceSDK
import Testing

@Suite struct IncomingAuthTests {
    private static let now = 1_700_000_000

    private static func auth(_ entries: [(String, String)], lists: [(String, [String])] = []) throws -> IncomingAuth {
        let scalars = entries.map { ConfigEntry(key: $0.0, value: ConfigValue($0.1)) }
        let lists = lists.map { ConfigEntry(key: $0.0, value: ConfigValue(.list($0.1.map { ConfigValue($0) }))) }
        return try IncomingAuth(Config(ConfigValue(.map(scalars + lists))))
    }

    private static func request(
        _ headers: [(name: String, value: String)] = [], query: [(name: String, value: String)] = [],
        body: [UInt8] = Array("{}".utf8)
    ) -> PushRequest {
        PushRequest(method: "POST", path: "/channels/a", query: query, headers: headers, body: body, now: now)
    }

    @Test func openMeansAnybody() throws {
        let auth = try Self.auth([("type", "none")])
        #expect(auth.isOpen)
        try auth.check(Self.request())
    }

    @Test func keyInAHeaderOrInTheQuery() throws {
        let header = try Self.auth([("type", "api-key"), ("header", "X-API-Key"), ("key", "geheim")])
        try header.check(Self.request([("x-api-key", "geheim")]))
        #expect(throws: PushRefusal.self) { try header.check(Self.request(query: [("X-API-Key", "geheim")])) }
        let query = try Self.auth([("type", "api-key"), ("query", "appkey"), ("key", "geheim")])
        try query.check(Self.request(query: [("appkey", "geheim")]))
        #expect(throws: PushRefusal.self) { try query.check(Self.request(query: [("appkey", "Geheim")])) }
    }

    @Test(arguments: ["", "geheim ", "gehei", "geheim2", "GEHEIM"]) func nearlyTheKeyIsNotTheKey(given: String) throws {
        let auth = try Self.auth([("type", "api-key"), ("header", "X-API-Key"), ("key", "geheim")])
        let refusal = #expect(throws: PushRefusal.self) { try auth.check(Self.request([("x-api-key", given)])) }
        #expect(refusal?.status == 401)
        #expect(refusal?.code == "auth.failed")
    }

    @Test func anyKeyOfAListIsGood() throws {
        let auth = try Self.auth([("type", "bearer")], lists: [("token", ["old", "new"])])
        try auth.check(Self.request([("authorization", "Bearer old")]))
        try auth.check(Self.request([("authorization", "bearer new")]))
        #expect(throws: PushRefusal.self) { try auth.check(Self.request([("authorization", "Bearer older")])) }
    }

    @Test func basicTakesNameAndPassword() throws {
        let auth = try Self.auth([("type", "basic"), ("user", "Aladdin"), ("password", "open sesame")])
        // RFC 7617's own example.
        try auth.check(Self.request([("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]))
        let refusal = #expect(throws: PushRefusal.self) {
            try auth.check(Self.request([("authorization", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]))
        }
        #expect(refusal?.headers.first?.value == "Basic")
    }

    @Test func refusalsLookTheSameFromOutside() throws {
        let auth = try Self.signature()
        let missing = #expect(throws: PushRefusal.self) { try auth.check(Self.request()) }
        let wrong = #expect(throws: PushRefusal.self) {
            try auth.check(
                Self.request([("x-signature", String(repeating: "0", count: 64)), ("x-timestamp", "1700000000")]))
        }
        let strange = #expect(throws: PushRefusal.self) { try auth.check(Self.request([("x-signature", "?")])) }
        for refusal in [missing, wrong, strange] {
            #expect(refusal?.status == 401)
            #expect(refusal?.code == "auth.failed")
            #expect(refusal?.reason == "not authenticated")
        }
        #expect(missing?.detail != wrong?.detail)
    }

    // printf '%s' 'sluice1700000000{"a":1}' | openssl dgst -sha256 -hmac 's3cret'
    private static let hex = "d5fa40991da0e990bf7aba9acb9ebf39c0e9ec9e61b23ffa14934eb787a1076f"
    // … | openssl dgst -sha256 -hmac 's3cret' -binary | base64
    private static let base64 = "1fpAmR2g6ZC/erqay56/OcDp7J5hsj/6FJNOt4ehB28="

    private static func signature(_ more: [(String, String)] = []) throws -> IncomingAuth {
        try auth(
            [
                ("type", "signature"), ("app_key", "sluice"), ("secret", "s3cret"),
                ("text", "{app_key}{timestamp}{body}"),
            ] + more)
    }

    private static func signed(_ signature: String, timestamp: String = "1700000000", body: String = #"{"a":1}"#)
        -> PushRequest
    {
        request([("x-signature", signature), ("x-timestamp", timestamp)], body: Array(body.utf8))
    }

    @Test func signatureOfTheTextIsGood() throws {
        try Self.signature().check(Self.signed(Self.hex))
        try Self.signature([("encoding", "HEX")]).check(Self.signed(Self.hex.uppercased()))
        try Self.signature([("encoding", "base64")]).check(Self.signed(Self.base64))
    }

    @Test func whateverWasSignedCannotBeChanged() throws {
        let auth = try Self.signature()
        #expect(throws: PushRefusal.self) { try auth.check(Self.signed(Self.hex, body: #"{"a":2}"#)) }
        #expect(throws: PushRefusal.self) { try auth.check(Self.signed(Self.hex, timestamp: "1700000001")) }
        #expect(throws: PushRefusal.self) { try auth.check(Self.signed(String(Self.hex.dropLast()))) }
    }

    @Test(arguments: [(-301, false), (-300, true), (300, true), (301, false)])
    func timestampMustLieInTheWindow(shift: Int, isGood: Bool) throws {
        let auth = try Self.signature()
        var request = Self.signed(Self.hex)
        request.now = Self.now + shift
        if isGood { return try auth.check(request) }
        let refusal = #expect(throws: PushRefusal.self) { try auth.check(request) }
        #expect(refusal?.code == "auth.stale")
        #expect(refusal?.status == 401)
    }

    @Test func bodyNeedNotBeText() throws {
        let auth = try Self.auth([("type", "signature"), ("secret", "s3cret"), ("text", "{body}")])
        // printf '\xff\xfe\x00' | openssl dgst -sha256 -hmac 's3cret'
        try auth.check(
            Self.request(
                [("x-signature", "9624f5451aeaf316a3021a2b0496d093045299bfa58b075e082f974c44ded3ad")],
                body: [0xFF, 0xFE, 0x00]))
    }

    @Test func parametersAreSignedByNameWithoutTheSignature() throws {
        let auth = try IncomingAuth(
            Config(
                ConfigValue(
                    .map([
                        ConfigEntry(key: "type", value: ConfigValue("signature")),
                        ConfigEntry(key: "secret", value: ConfigValue("s3cret")),
                        ConfigEntry(key: "text", value: ConfigValue("{method}{path}?{sorted_params}{secret}")),
                        ConfigEntry(
                            key: "send",
                            value: ConfigValue(.map([ConfigEntry(key: "signature", value: ConfigValue("query sign"))]))),
                    ]))))
        // printf '%s' 'POST/channels/a?a=1 2&b=中s3cret' | openssl dgst -sha256 -hmac 's3cret'
        try auth.check(
            Self.request(query: [
                ("b", "中"), ("sign", "e695097477b0c2e6225bd2861bae3e0148f96d313a194bc180dbb0ae296a6be7"), ("a", "1 2"),
            ]))
    }

    @Test func timesAsUpstreamsWriteThem() throws {
        for (format, text) in [("epoch-ms", "1700000000000"), ("yyyyMMddHHmmss", "20231115061320")] {
            let auth = try Self.signature([("timestamp_format", format)])
            let message = Array("sluice\(text){}".utf8)
            let signature = Hex.encode(hmacSHA256(key: Array("s3cret".utf8), message))
            try auth.check(Self.request([("x-signature", signature), ("x-timestamp", text)]))
        }
    }

    @Test(arguments: ["epoch-s", "epoch-ms"])
    func theSmallestOfAllNumbersIsNoTime(format: String) throws {
        let auth = try Self.signature([("timestamp_format", format)])
        let signature = Hex.encode(hmacSHA256(key: Array("s3cret".utf8), Array("sluice\(Int64.min){}".utf8)))
        let refusal = #expect(throws: PushRefusal.self) {
            try auth.check(Self.request([("x-signature", signature), ("x-timestamp", "\(Int64.min)")]))
        }
        #expect(refusal?.status == 401)
    }

    @Test func theSmallestOfAllNumbersIsNoTimeOfAWebhookEither() throws {
        let key = Array("0123456789abcdef01234567".utf8)
        let auth = try Self.auth([("type", "standard-webhooks"), ("secret", Base64.encode(key))])
        let signature = "v1," + Base64.encode(hmacSHA256(key: key, Array("m.\(Int64.min).{}".utf8)))
        let refusal = #expect(throws: PushRefusal.self) {
            try auth.check(
                Self.request([
                    ("webhook-id", "m"), ("webhook-timestamp", "\(Int64.min)"), ("webhook-signature", signature),
                ]))
        }
        #expect(refusal?.status == 401)
    }

    @Test(arguments: [
        ([("type", "oauth2")], "auth.type"), ([("type", "api-key"), ("key", "a")], "auth.place"),
        ([("type", "api-key"), ("key", "a"), ("header", "b"), ("query", "c")], "auth.place"),
        ([("type", "api-key"), ("key", ""), ("header", "b")], "auth.secret"),
        ([("type", "bearer")], "auth.secret"),
        ([("type", "signature"), ("secret", "a"), ("text", "{body}"), ("algorithm", "md5")], "auth.unkeyed"),
        ([("type", "signature"), ("secret", "a"), ("text", "{nonce}")], "auth.nonce"),
        ([("type", "signature"), ("secret", "a"), ("text", "{salt}")], "template.unknown-name"),
    ])
    func whatCannotWorkIsFoundWhenTheConfigurationIsLoaded(entries: [(String, String)], rule: String) {
        let issue = #expect(throws: ConfigIssue.self) { try Self.auth(entries) }
        #expect(issue?.rule == rule)
    }
}
