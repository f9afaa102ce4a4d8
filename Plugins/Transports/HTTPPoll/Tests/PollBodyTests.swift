import SluiceSDK
import SluiceTesting
import Testing

@testable import HTTPPollTransport

/// What a POST sends.
@Suite struct PollBodyTests {
    private static func sent(_ body: ConfigLiteral) async throws -> StubServer.Request {
        let bench = try PollBench { _ in StubServer.Answer(200, "{}") }
        _ = try await bench.transport([
            "method": "POST", "body": body,
            "since": [
                "from": "$.time", "format": "yyyy-MM-dd HH:mm:ss", "start": "2026-01-05 09:00:00", "overlap": "1m",
            ],
            "page": ["items": "$.rows[*]", "style": "number", "start": 7],
        ]).take()
        return try #require(bench.server.requests.first)
    }

    @Test func anEnvelopeOfAFileIsFilledIn() async throws {
        let request = try await Self.sent([
            "template": "<e><b><![CDATA[<q page=\"{page}\"><from>{since}</from></q>]]></b></e>\n"
        ])
        #expect(request.header("content-type") == "text/xml; charset=utf-8")
        #expect(
            request.text
                == "<e><b><![CDATA[<q page=\"7\"><from>2026-01-05 09:00:00</from></q>]]></b></e>\n")
    }

    @Test func everyOtherKindHasItsContentType() async throws {
        for (body, type, text): (ConfigLiteral, String, String) in [
            (["json": ["p": "{page|number}"]], "application/json", #"{"p":7}"#),
            (
                ["form": ["p": "{page}", "s": "{since}"]], "application/x-www-form-urlencoded",
                "p=7&s=2026-01-05%2009%3A00%3A00"
            ),
            (["xml": "<p>{page}</p>"], "text/xml; charset=utf-8", "<p>7</p>"),
            (["text": "p {page}"], "text/plain; charset=utf-8", "p 7"),
        ] {
            let request = try await Self.sent(body)
            #expect(request.header("content-type") == type)
            #expect(request.text == text)
        }
    }
}
