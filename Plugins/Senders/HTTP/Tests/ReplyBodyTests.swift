import HTTPSender
import SluiceSDK
import SluiceTesting
import Testing

/// What each kind of `body:` sends, and that no value breaks out of it.
@Suite struct ReplyBodyTests {
    private static let text = "a <b> & \"c\"=1\n第二行\u{1}"

    private static func sent(_ body: ConfigLiteral, _ more: [(String, ConfigLiteral)] = []) async throws
        -> StubServer.Request
    {
        let server = try StubServer { _ in .init(200) }
        let entries = [("url", .text("http://127.0.0.1:\(server.port)/")), ("body", body)] + more
        let config = ConfigLiteral(ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) })))
        let sender = try HTTPReplySender(
            Config(config, spec: HTTPReplySender.spec.config), context: ChannelContext(channelID: "a"))
        _ = try await sender.send(HTTPReplySenderTests.reply(text: text))
        return try #require(server.requests.first)
    }

    @Test func aFormIsPercentEncodedFieldByField() async throws {
        let request = try await Self.sent(["form": ["a b": "{reply.public_text}", "id": "{external_id}"]])
        #expect(request.header("content-type") == "application/x-www-form-urlencoded")
        #expect(
            request.text
                == "a%20b=a%20%3Cb%3E%20%26%20%22c%22%3D1%0A%E7%AC%AC%E4%BA%8C%E8%A1%8C%01&id=SD%202026%2F01")
    }

    @Test(arguments: ["xml", "template"])
    func xmlIsEscapedAndHoldsNothingThatXMLCannot(kind: String) async throws {
        let body = ConfigLiteral(
            ConfigValue(
                .map([ConfigEntry(key: kind, value: ConfigValue("<r a='{external_id}'>{reply.public_text}</r>"))])))
        let request = try await Self.sent(body)
        #expect(request.header("content-type") == "text/xml; charset=utf-8")
        #expect(request.text == "<r a='SD 2026/01'>a &lt;b&gt; &amp; &quot;c&quot;=1\n第二行 </r>")
    }

    @Test func theHeadersSayAnotherContentType() async throws {
        let request = try await Self.sent(
            ["xml": "<r/>"],
            [
                (
                    "headers",
                    ["Content-Type": "application/soap+xml; action=\"urn:reply\"", "SOAPAction": "\"urn:reply\""]
                )
            ])
        #expect(
            request.headers.filter { $0.name == "content-type" }.map(\.value) == [
                "application/soap+xml; action=\"urn:reply\""
            ])
        #expect(request.header("soapaction") == "\"urn:reply\"")
    }
}
