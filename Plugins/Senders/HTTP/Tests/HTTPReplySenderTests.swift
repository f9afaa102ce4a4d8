import HTTPSender
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct HTTPReplySenderTests {
    static func reply(externalID: String = "SD 2026/01", text: String = "已办结：“路灯”已修复") -> Reply {
        Reply(
            id: "r1", ticketID: "t1", channelID: "hotline-12345", externalID: externalID, event: "replied",
            status: "replied", publicText: text, repliedAt: "2026-01-05T09:30:00+08:00")
    }

    private static let json: ConfigLiteral = ["json": ["orderNo": "{external_id}", "result": "{reply.public_text}"]]

    private static func sender(_ url: String, body: ConfigLiteral = json, with more: [(String, ConfigLiteral)] = [])
        throws
        -> HTTPReplySender
    {
        let entries = [("url", .text(url)), ("body", body)] + more
        let value = ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        return try HTTPReplySender(
            Config(ConfigLiteral(value), spec: HTTPReplySender.spec.config), context: ChannelContext(channelID: "a"))
    }

    private static func send(
        _ reply: Reply = reply(), path: String = "/orders/{external_id}/reply?id={reply.id}",
        body: ConfigLiteral = json,
        with more: [(String, ConfigLiteral)] = [], answer: StubServer.Answer = .init(200, "{\"code\":0}")
    ) async throws -> (SourceAnswer, StubServer.Request) {
        let server = try StubServer { _ in answer }
        let result = try await sender("http://127.0.0.1:\(server.port)\(path)", body: body, with: more).send(reply)
        return (result, try #require(server.requests.first))
    }

    private static func failure(_ answer: StubServer.Answer, with more: [(String, ConfigLiteral)] = []) async
        -> PluginError?
    {
        await #expect(throws: PluginError.self) { try await send(with: more, answer: answer) }
    }

    @Test func replyIsFilledInAndTheAnswerComesBack() async throws {
        let (answer, request) = try await Self.send()
        #expect(request.method == "POST")
        #expect(request.target == "/orders/SD%202026%2F01/reply?id=r1")
        #expect(request.text == #"{"orderNo":"SD 2026/01","result":"已办结：“路灯”已修复"}"#)
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("idempotency-key") == "r1")
        #expect(answer.status == 200)
        #expect(answer.excerpt == #"{"code":0}"#)
    }

    @Test func everyPlaceholderHasItsValue() async throws {
        let text: ConfigLiteral =
            "{ticket_id} {channel_id} {external_id} {reply.id} {reply.event} {reply.status} {reply.replied_at} {reply.replied_at|yyyy/M/d HH:mm}"
        let (_, request) = try await Self.send(body: ["text": text], with: [("zone", "UTC"), ("method", "PUT")])
        #expect(request.method == "PUT")
        #expect(
            request.text
                == "t1 hotline-12345 SD 2026/01 r1 replied replied 2026-01-05T09:30:00+08:00 2026/1/5 01:30")
        #expect(request.header("content-type") == "text/plain; charset=utf-8")
    }

    @Test func datesAreWrittenInShanghaiTimeUnlessSaidOtherwise() async throws {
        let (_, request) = try await Self.send(body: ["json": ["t": "{reply.replied_at|yyyy-MM-dd HH:mm:ss}"]])
        #expect(request.text == #"{"t":"2026-01-05 09:30:00"}"#)
    }

    @Test func headersAreTemplatesThatNoValueBreaksOutOf() async throws {
        let reply = Self.reply(externalID: "1\r\nX-Evil: 1")
        let (_, request) = try await Self.send(
            reply, path: "/", with: [("headers", ["X-Order": "{external_id}", "Idempotency-Key": "mine-{reply.id}"])])
        #expect(request.header("x-order") == "1  X-Evil: 1")
        #expect(request.header("x-evil") == nil)
        #expect(request.headers.filter { $0.name == "idempotency-key" }.map(\.value) == ["mine-r1"])
    }

    @Test func textInXMLIsEscapedForXML() async throws {
        let (_, request) = try await Self.send(
            Self.reply(text: "a < b & c"), body: ["text": "<r>{reply.public_text}</r>"],
            with: [("headers", ["Content-Type": "application/soap+xml"])])
        #expect(request.text == "<r>a &lt; b &amp; c</r>")
    }

    @Test(arguments: ["..", "."]) func numberThatWouldChangeThePathIsNotSent(externalID: String) async throws {
        let error = await #expect(throws: PluginError.self) { try await Self.send(Self.reply(externalID: externalID)) }
        #expect(error?.remedy == .rejected)
        #expect(error?.code == "http.unsafe-url")
    }

    @Test func requestsAreSignedWhenAsked() async throws {
        let (_, request) = try await Self.send(with: [
            ("auth", ["type": "signature", "secret": "s3cret", "text": "{timestamp}{body}", "encoding": "base64"])
        ])
        let timestamp = try #require(request.header("x-timestamp"))
        let expected = hmacSHA256(key: Array("s3cret".utf8), Array(timestamp.utf8) + request.body)
        #expect(request.header("x-signature") == Base64.encode(expected))
    }

    @Test(arguments: [
        (408, PluginError.Remedy.retry(after: .zero)), (425, .retry(after: .zero)), (429, .retry(after: .zero)),
        (500, .retry(after: .zero)), (503, .retry(after: .zero)), (400, .rejected), (401, .rejected), (404, .rejected),
        (422, .rejected), (301, .misconfigured),
    ])
    func statusSaysWhatToDoNext(status: Int, remedy: PluginError.Remedy) async {
        let error = await Self.failure(.init(status, "no such order"))
        #expect(error?.remedy == remedy)
        #expect(error?.reason.contains("no such order") == true)
    }

    @Test func retryAfterIsHonoured() async {
        let error = await Self.failure(.init(429, headers: [("Retry-After", "120")]))
        #expect(error?.remedy == .retry(after: .seconds(120)))
    }

    private static let rule: [(String, ConfigLiteral)] = [
        ("success", ["where": "$.head.code", "equals": [0, "200", "ok"]])
    ]

    @Test(arguments: [
        #"{"head":{"code":0}}"#, #"{"head":{"code":0.0}}"#, #"{"head":{"code":"200"}}"#, #"{"head":{"code":"ok"}}"#,
    ])
    func envelopeThatMeansSuccessIsASuccess(body: String) async throws {
        let (answer, _) = try await Self.send(with: Self.rule, answer: .init(200, body))
        #expect(answer.excerpt == body)
    }

    @Test(arguments: [
        #"{"head":{"code":1}}"#, #"{"head":{"code":200}}"#, #"{"head":{"code":"0"}}"#, #"{"head":{}}"#, "[]",
        #"{"head":{"code":null}}"#,
    ])
    func envelopeThatSaysSomethingElseIsARejection(body: String) async {
        let error = await Self.failure(.init(200, body), with: Self.rule)
        #expect(error?.remedy == .rejected)
        #expect(error?.code == "http.not-taken")
    }

    @Test(arguments: [
        ("<r><code>0</code></r>", true), ("<r><code> 0 </code></r>", true), ("<r><code>1</code></r>", false),
        ("<r/>", false),
    ])
    func anEnvelopeOfXMLIsAsked(body: String, isTaken: Bool) async throws {
        let rule: [(String, ConfigLiteral)] = [("success", ["where": "/r/code", "equals": ["0"]])]
        guard isTaken else {
            #expect(await Self.failure(.init(200, body), with: rule)?.code == "http.not-taken")
            return
        }
        #expect(try await Self.send(with: rule, answer: .init(200, body)).0.status == 200)
    }

    @Test(arguments: [
        ("s:Client", 500, PluginError.Remedy.rejected), ("s:Client.Auth", 200, .rejected),
        ("s:Server", 500, .retry(after: .zero)), ("s:Server", 200, .retry(after: .zero)),
    ])
    func aSOAPFaultSaysWhetherSendingAgainIsOfUse(code: String, status: Int, remedy: PluginError.Remedy) async {
        let body = """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>\(code)</faultcode>\
            <faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>
            """
        let error = await Self.failure(.init(status, body))
        #expect(error?.code == "http.soap-fault")
        #expect(error?.remedy == remedy)
        #expect(error?.reason == "\(status): the service answers with a SOAP fault \(code): no")
    }

    @Test func answerWithoutAnEnvelopeIsAskedAgain() async {
        let error = await Self.failure(.init(200, "<html>login</html>"), with: Self.rule)
        #expect(error?.remedy == .retry(after: .zero))
    }

    @Test func silentSourceIsNotConnected() async throws {
        let sender = try Self.sender("http://127.0.0.1:1/{external_id}")
        let error = await #expect(throws: PluginError.self) { try await sender.send(Self.reply()) }
        #expect(error?.remedy == .notConnected)
        #expect(error?.code == "http.refused")
    }

    @Test(arguments: [
        ("https://{channel_id}.example.org/", "http.url"), ("https://example.org{external_id}", "http.url"),
        ("{external_id}", "http.url"), ("example.org/a", "http.url"),
        ("https://example.org/{requester.phone}", "template.unknown-name"),
        ("https://example.org/{external_id|yyyy}", "template.format"),
        ("https://example.org/{reply.replied_at|qq}", "date.pattern"),
    ])
    func urlsThatCannotWorkAreFoundWhenTheConfigurationIsLoaded(url: String, rule: String) {
        let issue = #expect(throws: ConfigIssue.self) { try Self.sender(url) }
        #expect(issue?.rule == rule)
    }

    @Test func bodiesThatCannotWorkAreFoundToo() {
        let url = "https://example.org/"
        for (body, rule): (ConfigLiteral, String) in [
            ([:], "http.body"), (["json": ["a": "b"], "text": "c"], "http.body"), (["yaml": "a"], "http.body"),
            (["form": ["a": "b"], "xml": "c"], "http.body"), (["xml": "{nothing}"], "template.unknown-name"),
            (["form": ["a": "{nothing}"]], "template.unknown-name"), (["template": "{"], "template.syntax"),
            (["json": ["a": "{requester.name}"]], "template.unknown-name"),
        ] {
            let issue = #expect(throws: ConfigIssue.self) { try Self.sender(url, body: body) }
            #expect(issue?.rule == rule)
        }
        #expect(throws: ConfigIssue.self) {
            try Self.sender(url, with: [("success", ["where": "$[?@.a = 1]", "equals": [0]])])
        }
        #expect(throws: ConfigIssue.self) { try Self.sender(url, with: [("headers", ["Host": "a"])]) }
        #expect(throws: ConfigIssue.self) { try Self.sender(url, with: [("zone", "Mars/Olympus")]) }
    }
}
