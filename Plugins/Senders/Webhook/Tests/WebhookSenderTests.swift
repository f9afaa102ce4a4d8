import CurlKit
import SluiceSDK
import SluiceTesting
import Testing

@testable import WebhookSender

@Suite struct WebhookSenderTests {
    private static let event = Array(#"{"specversion":"1.0","id":"e1","type":"ticket.opened"}"#.utf8)

    private static func sender(_ url: String, secret: ConfigLiteral = "plain secret", more: ConfigLiteral? = nil) throws
        -> WebhookSender
    {
        var value: ConfigLiteral = ["url": .text(url), "secret": secret]
        if let more { value = ["url": .text(url), "secret": secret, "allow": more] }
        return try WebhookSender(Config(value, spec: WebhookSender.spec.config), handlerID: "housing")
    }

    private static func batch(_ count: Int = 1, isBatched: Bool = false, id: String = "msg_1") -> DeliveryBatch {
        DeliveryBatch(
            id: id, events: Array(repeating: event, count: count), now: 1_700_000_000, isBatched: isBatched)
    }

    /// Delivers to a server that answers so, and returns what it saw.
    private static func deliver(
        _ batch: DeliveryBatch, secret: ConfigLiteral = "plain secret", _ answer: StubServer.Answer = .init(204)
    ) async throws -> StubServer.Request? {
        let server = try StubServer { _ in answer }
        try await sender("http://127.0.0.1:\(server.port)/sluice", secret: secret).deliver(batch)
        return server.requests.first
    }

    // KEY='whsec_c2x1aWNlLXdlYmhvb2stdGVzdC1rZXktMzItYnl0ZXM='; BODY='{"specversion":"1.0","id":"e1","type":"ticket.opened"}'
    // printf '%s' "msg_1.1700000000.$BODY" | openssl dgst -sha256 -mac HMAC \
    //   -macopt hexkey:$(echo ${KEY#whsec_} | base64 -d | xxd -p | tr -d '\n') -binary | base64
    private static let key: ConfigLiteral = "whsec_c2x1aWNlLXdlYmhvb2stdGVzdC1rZXktMzItYnl0ZXM="

    @Test func oneEventIsSentAsItIsAndSigned() async throws {
        let request = try #require(try await Self.deliver(Self.batch(), secret: Self.key))
        #expect(request.method == "POST")
        #expect(request.target == "/sluice")
        #expect(request.body == Self.event)
        #expect(request.header("content-type") == "application/cloudevents+json")
        #expect(request.header("webhook-id") == "msg_1")
        #expect(request.header("webhook-timestamp") == "1700000000")
        #expect(request.header("webhook-signature") == "v1,aRFrZjnVIAP8e86r63ywTPqtVMQiaKRYWzSn0YCg+SU=")
    }

    @Test func batchIsOneArrayUnderOneSignature() async throws {
        let request = try #require(
            try await Self.deliver(Self.batch(2, isBatched: true, id: "msg_2"), secret: Self.key))
        let event = String(decoding: Self.event, as: UTF8.self)
        #expect(request.text == "[\(event),\(event)]")
        #expect(request.header("content-type") == "application/cloudevents-batch+json")
        // The same command over "msg_2.1700000000.[$BODY,$BODY]".
        #expect(request.header("webhook-signature") == "v1,4xpkHOBEcQsPfTWX4Jhp63upmUQSe5yV2Hzgq4ufOiw=")
    }

    @Test func batchOfOneIsStillABatch() async throws {
        let request = try #require(try await Self.deliver(Self.batch(isBatched: true)))
        #expect(request.text.hasPrefix("[{") && request.text.hasSuffix("}]"))
    }

    @Test func plainTextIsAKeyTooAndEveryKeySigns() async throws {
        let request = try #require(try await Self.deliver(Self.batch(), secret: ["plain secret", Self.key]))
        // printf '%s' "msg_1.1700000000.$BODY" | openssl dgst -sha256 -hmac 'plain secret' -binary | base64
        #expect(
            request.header("webhook-signature")
                == "v1,GftO3jktjuc1d2jzgn5/pLyQUQS0uv8vHl5PtTXlkhE= v1,aRFrZjnVIAP8e86r63ywTPqtVMQiaKRYWzSn0YCg+SU=")
    }

    @Test func signatureIsThatOfTheStandardsOwnExample() throws {
        let secret = try WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", at: .unknown)
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        (500, PluginError.Remedy.retry(after: .zero)), (404, .retry(after: .zero)), (401, .retry(after: .zero)),
        (410, .rejected), (302, .retry(after: .zero)),
    ])
    func everythingButSuccessIsAnError(status: Int, remedy: PluginError.Remedy) async throws {
        let error = await #expect(throws: PluginError.self) {
            try await Self.deliver(Self.batch(), .init(status, headers: [("Location", "/other")], "no\nthanks"))
        }
        #expect(error?.remedy == remedy)
    }

    @Test func retryAfterIsHonoured() async throws {
        let error = await #expect(throws: PluginError.self) {
            try await Self.deliver(Self.batch(), .init(503, headers: [("Retry-After", "17")]))
        }
        #expect(error?.remedy == .retry(after: .seconds(17)))
    }

    @Test func deadHandlerIsNotConnected() async throws {
        var server: StubServer? = try StubServer { _ in .init(200) }
        let sender = try Self.sender("http://127.0.0.1:\(server?.port ?? 1)/")
        server = nil
        let error = await #expect(throws: PluginError.self) {
            for _ in 0..<100 { try await sender.deliver(Self.batch()) }
        }
        #expect(error?.remedy == .notConnected || error?.code == "webhook.broken")
    }

    @Test func onlyAllowedAddressesAreConnectedTo() async throws {
        let server = try StubServer { _ in .init(200) }
        let sender = try Self.sender("http://localhost:\(server.port)/", more: ["10.0.0.0/24"])
        let error = await #expect(throws: PluginError.self) { try await sender.deliver(Self.batch()) }
        #expect(error?.code == "webhook.address-not-allowed")
        #expect(server.requests.isEmpty)
    }

    @Test func handlerOnAnotherMachineNeedsAListOfAddresses() throws {
        let issue = #expect(throws: ConfigIssue.self) { try Self.sender("http://10.0.0.8/sluice") }
        #expect(issue?.rule == "webhook.allow")
        #expect(issue?.hint == "write 'allow: [10.0.0.8]'")
        _ = try Self.sender("http://10.0.0.8/sluice", more: ["10.0.0.8"])
    }

    @Test func nameOfThisMachineMayOnlyLeadToThisMachine() async throws {
        let server = try StubServer { _ in .init(200) }
        try await Self.sender("http://localhost:\(server.port)/").deliver(Self.batch())
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["", "ftp://127.0.0.1/", "127.0.0.1/a", "http://user:pw@127.0.0.1/"])
    func whatIsNoWebAddressIsFoundWhenTheConfigurationIsLoaded(url: String) {
        #expect(throws: ConfigIssue.self) { try Self.sender(url) }
    }

    @Test(arguments: ["whsec_", "whsec_abc", "whsec_!!!!", "whsec_c2hvcnQ="]) func brokenKeysAreFoundToo(secret: String)
    {
        let issue = #expect(throws: ConfigIssue.self) { try Self.sender("http://127.0.0.1/", secret: .text(secret)) }
        #expect(issue?.rule == "webhook.secret")
        #expect(issue?.description.contains(secret.dropFirst(6)) == secret.dropFirst(6).isEmpty)
    }
}
