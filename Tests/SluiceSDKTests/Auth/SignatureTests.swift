import SluiceSDK
import SluiceTesting
import Testing

/// The expected signatures were computed with openssl; the command stands beside each.
@Suite struct SignatureTests {
    private static let now = 1_700_000_000

    private static func incoming(_ literal: ConfigLiteral) throws -> IncomingAuth {
        try IncomingAuth(Config(literal.value))
    }

    private static func request(
        _ headers: [(name: String, value: String)], query: [(name: String, value: String)] = [],
        body: String = #"{"a":1}"#
    ) -> PushRequest {
        PushRequest(
            method: "POST", path: "/channels/a", query: query, headers: headers, body: Array(body.utf8), now: now)
    }

    @Test(arguments: [
        // printf '%s' 'sluice1700000000{"a":1}' | openssl dgst -sm3 -hmac s3cret
        ("hmac-sm3", "{app_key}{timestamp}{body}", "55e54a48589c36203a4fc30ba16a32c9cd530a84d2f117fbac394b7c370a366a"),
        // printf '%s' 's3cretsluice1700000000s3cret' | openssl dgst -sm3
        (
            "sm3", "{secret}{app_key}{timestamp}{secret}",
            "5288cba887e63601264f110c252a3058e155a86b577fb2ac46e07c474f1fb552"
        ),
        // … | openssl dgst -sha256
        (
            "sha256", "{secret}{app_key}{timestamp}{secret}",
            "9e4a5cb5857ddd6a69561049fe05faa584eb5521644b4cd41b7ba65a8d6e78f5"
        ),
        // … | openssl dgst -md5
        ("md5", "{secret}{app_key}{timestamp}{secret}", "12e3ed99732495f549fd2259f869350c"),
    ])
    func everyAlgorithmAgreesWithOpenssl(algorithm: String, text: String, signature: String) throws {
        let auth = try Self.incoming([
            "type": "signature", "algorithm": .text(algorithm), "app_key": "sluice", "secret": "s3cret",
            "text": .text(text),
        ])
        try auth.check(Self.request([("x-signature", signature), ("x-timestamp", "1700000000")]))
        let other = String(signature.reversed())
        #expect(throws: PushRefusal.self) {
            try auth.check(Self.request([("x-signature", other), ("x-timestamp", "1700000000")]))
        }
    }

    @Test func fieldsOfAFormAreSignedWithTheQuery() throws {
        let auth = try Self.incoming([
            "type": "signature", "algorithm": "sm3", "secret": "s3cret", "text": "{sorted_params}{secret}",
            "send": ["signature": "body sign"],
        ])
        // printf '%s' 'a=1 2&b=中&n=7s3cret' | openssl dgst -sm3
        let sign = "760ace1a226a6a2077318fe799ed868279a4b84d0cdfa929ef24fb53c9602f17"
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        try auth.check(Self.request([form], query: [("n", "7")], body: "b=%E4%B8%AD&sign=\(sign)&a=1+2"))
        #expect(throws: PushRefusal.self) {
            try auth.check(Self.request([form], query: [("n", "7")], body: "b=%E4%B8%AD&sign=\(sign)&a=1+3"))
        }
        let json = ("content-type", "application/json")
        try auth.check(Self.request([json], query: [("n", "7")], body: #"{"b":"中","sign":"\#(sign)","a":"1 2"}"#))
        #expect(throws: PushRefusal.self) { try auth.check(Self.request([json], body: "[]")) }
    }

    @Test(arguments: [
        ("application/json", #"{"b":"2","a":1,"deep":{"x":1}}"#), ("application/json", "{ }"),
        ("application/x-www-form-urlencoded", "a=1&b=%26"), ("application/x-www-form-urlencoded", ""),
    ])
    func aSignaturePutIntoTheBodyPassesTheCheckOfTheSameWords(type: String, body: String) throws {
        let words: ConfigLiteral = [
            "type": "signature", "algorithm": "hmac-sm3", "secret": "s3cret", "app_key": "sluice",
            "text": "{sorted_params}{timestamp}",
            "send": ["signature": "body sign", "timestamp": "body ts", "app_key": "body appkey"],
        ]
        var sent = OutgoingRequest(
            method: "POST", url: "https://example.org/channels/a?q=1", headers: [("Content-Type", type)],
            body: Array(body.utf8))
        try OutgoingAuth(Config(words.value)).apply(
            to: &sent, now: Timestamp(seconds: Self.now), nonce: "n")
        var received = Self.request([("content-type", type)], query: sent.query)
        received.body = sent.body
        try Self.incoming(words).check(received)
        received.query = [("q", "2")]
        #expect(throws: PushRefusal.self) { try Self.incoming(words).check(received) }
    }

    private static let unprotected: [(ConfigLiteral, String)] = [
        (["algorithm": "md5", "text": "{body}"], "auth.unkeyed"),
        (["algorithm": "crc32", "text": "{secret}"], "auth.algorithm"),
        (["text": "{body}", "send": ["signature": "body sign"]], "auth.place"),
    ]

    @Test(arguments: unprotected)
    func whatCannotProtectIsRefused(words: ConfigLiteral, rule: String) {
        let base: ConfigLiteral = ["type": "signature", "secret": "s3cret"]
        let entries = (base.value.entries ?? []) + (words.value.entries ?? [])
        let issue = #expect(throws: ConfigIssue.self) { try Self.incoming(ConfigLiteral(ConfigValue(.map(entries)))) }
        #expect(issue?.rule == rule)
    }

    // printf 'sluice-test-key-of-24-by' | base64
    private static let webhookSecret = "whsec_c2x1aWNlLXRlc3Qta2V5LW9mLTI0LWJ5"
    // printf '%s' 'msg_1.1700000000.{"a":1}' | openssl dgst -sha256 -hmac 'sluice-test-key-of-24-by' -binary | base64
    private static let webhookSignature = "v1,4aTVWUBoaOw/20V1LqchdkHmQs06RhgSP4DX1sNnzyA="

    private static func webhook(_ signature: String, id: String = "msg_1", body: String = #"{"a":1}"#) -> PushRequest {
        request(
            [("webhook-id", id), ("webhook-timestamp", "1700000000"), ("webhook-signature", signature)], body: body)
    }

    @Test func standardWebhooksAreCheckedAsTheirStandardSays() throws {
        let auth = try Self.incoming(["type": "standard-webhooks", "secret": .text(Self.webhookSecret)])
        try auth.check(Self.webhook(Self.webhookSignature))
        try auth.check(Self.webhook("v1a,AAAA v1,AAAA " + Self.webhookSignature))
        for bad in [
            Self.webhook(""), Self.webhook("v1,AAAA"), Self.webhook(Self.webhookSignature, id: "msg_2"),
            Self.webhook(Self.webhookSignature, body: #"{"a":2}"#),
            Self.webhook(Self.webhookSignature.replacing("v1,", with: "v2,")), Self.request([]),
        ] {
            let refusal = #expect(throws: PushRefusal.self) { try auth.check(bad) }
            #expect(refusal?.code == "auth.failed")
        }
        var late = Self.webhook(Self.webhookSignature)
        late.now += 301
        #expect(#expect(throws: PushRefusal.self) { try auth.check(late) }?.code == "auth.stale")
    }

    @Test func aSecretOfStandardWebhooksHasALength() {
        let issue = #expect(throws: ConfigIssue.self) {
            try Self.incoming(["type": "standard-webhooks", "secret": "whsec_c2hvcnQ="])
        }
        #expect(issue?.rule == "auth.secret")
    }
}
