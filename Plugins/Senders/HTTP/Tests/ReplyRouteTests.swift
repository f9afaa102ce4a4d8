import HTTPSender
import SluiceSDK
import SluiceTesting
import Testing

/// A reply to nginx with mutual TLS, straight and through a proxy.
@Suite(.serialized) struct ReplyRouteTests {
    private func sender(_ nginx: Nginx, _ more: [(String, ConfigLiteral)]) throws -> HTTPReplySender {
        let base: [(String, ConfigLiteral)] = [
            ("url", .text(nginx.url + "/orders/{external_id}")), ("body", ["form": ["text": "{reply.public_text}"]]),
        ]
        let entries = (base + more).map { ConfigEntry(key: $0.0, value: $0.1.value) }
        return try HTTPReplySender(
            Config(ConfigLiteral(ConfigValue(.map(entries))), spec: HTTPReplySender.spec.config),
            context: ChannelContext(channelID: "a"))
    }

    @Test func aReplyGoesWithTheCertificateItsAuthorityAndItsProxy() async throws {
        let (theirs, ours) = (try TestCertificates(), try TestCertificates(name: "The authority of callers"))
        let nginx = try await Nginx(
            try theirs.server(), clientAuthority: ours.authority, ["location /orders/ { return 200 taken; }"])
        let proxy = try await TinyProxy()
        let client = try ours.client("/CN=gateway")
        let auth: ConfigLiteral = ["type": "mtls", "certificate": .text(client.certificate), "key": .text(client.key)]
        let trusting: [(String, ConfigLiteral)] = [("ca", .text(theirs.authority)), ("auth", auth)]
        let answer = try await sender(nginx, trusting + [("proxy", .text(proxy.url))])
            .send(HTTPReplySenderTests.reply(externalID: "A-1"))
        #expect(answer.excerpt == "taken")
        #expect(try await nginx.accesses(1) == ["200 POST /orders/A-1 CN=gateway"])
        #expect(proxy.log.contains("CONNECT localhost:\(nginx.port)"))

        let stranger = try sender(nginx, [("ca", .text(ours.authority)), ("auth", auth)])
        let error = await #expect(throws: PluginError.self) { try await stranger.send(HTTPReplySenderTests.reply()) }
        #expect(error?.code == "http.tls" && error?.remedy == .notConnected)
        #expect(nginx.accesses.count == 1)
    }
}
