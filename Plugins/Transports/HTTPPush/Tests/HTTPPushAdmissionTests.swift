import HTTPPushTransport
import SluiceSDK
import SluiceTesting
import Testing

/// The auth words are tested with the SDK; here, that this transport asks them.
@Suite struct HTTPPushAdmissionTests {
    private static func transport(_ auth: ConfigLiteral) throws -> HTTPPushTransport {
        try HTTPPushTransport(
            Config(["path": "/channels/a", "auth": auth], spec: HTTPPushTransport.spec.config),
            context: ChannelContext(channelID: "a"))
    }

    private static func request(_ headers: [(name: String, value: String)] = []) -> PushRequest {
        PushRequest(
            method: "POST", path: "/channels/a", headers: headers + [("content-type", "text/csv; charset=gbk")],
            body: [1, 2, 3], remoteAddress: "10.0.0.9", now: 1_700_000_000)
    }

    @Test func whoeverHoldsTheKeyIsAdmittedWithBytesTypeAndOrigin() throws {
        let transport = try Self.transport(["type": "api-key", "header": "X-API-Key", "key": "k-1"])
        let message = try transport.admit(Self.request([("x-api-key", "k-1")]))
        #expect(message.bytes == [1, 2, 3])
        #expect(message.contentType == "text/csv; charset=gbk")
        #expect(message.origin == "10.0.0.9")
    }

    @Test func whoeverDoesNotIsRefused() throws {
        let transport = try Self.transport(["type": "api-key", "header": "X-API-Key", "key": "k-1"])
        let refusal = #expect(throws: PushRefusal.self) { try transport.admit(Self.request([("x-api-key", "k-2")])) }
        #expect(refusal?.status == 401)
        #expect(refusal?.reason == "not authenticated")
    }

    @Test func onlyPostIsTakenUnlessMoreIsAllowed() throws {
        #expect(try Self.transport(["type": "none"]).endpoint == PushEndpoint(path: "/channels/a", methods: ["POST"]))
        let config = Config(
            ["path": "/b", "methods": ["POST", "PUT"], "auth": ["type": "none"]], spec: HTTPPushTransport.spec.config)
        #expect(
            try HTTPPushTransport(config, context: ChannelContext(channelID: "b")).endpoint.methods == ["POST", "PUT"])
    }
}
