import HTTPPushTransport
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct HTTPPushAnswerTests {
    private static func transport(_ respond: ConfigLiteral = [:], path: String = "/channels/a") throws
        -> HTTPPushTransport
    {
        let value: ConfigLiteral = ["path": .text(path), "auth": ["type": "none"], "respond": respond]
        return try HTTPPushTransport(
            Config(value, spec: HTTPPushTransport.spec.config), context: ChannelContext(channelID: "a"))
    }

    private static func outcome(new: Int = 0, absorbed: Int = 0, rejected: Int = 0) -> MessageOutcome {
        var outcome = MessageOutcome()
        outcome.new = new
        outcome.absorbed = absorbed
        outcome.rejected = rejected
        outcome.ticketIDs = (0..<new + absorbed).map { "ticket\($0)" }
        outcome.rejects = (0..<rejected).map {
            RecordFault(.map, "map.required", "title \"is\" empty", record: $0, field: "title")
        }
        return outcome
    }

    @Test func withoutTemplatesTheCountsAndTheTicketAreSaid() throws {
        let response = try Self.transport().answer(.journalled(Self.outcome(new: 1)))
        #expect(response.status == 200)
        #expect(
            response.text
                == #"{"accepted":1,"new":1,"revised":0,"absorbed":0,"rejected":0,"ticket_id":"ticket0"}"#)
    }

    @Test func repeatedMessageGetsTheSameSuccess() throws {
        let response = try Self.transport().answer(.journalled(Self.outcome(absorbed: 1)))
        #expect(response.status == 200)
        #expect(response.text.contains(#""ticket_id":"ticket0""#))
    }

    @Test func someRejectedIsASuccessWithPlacesAndReasons() throws {
        let response = try Self.transport().answer(.journalled(Self.outcome(new: 2, rejected: 1)))
        #expect(response.status == 200)
        #expect(response.text.contains(#""accepted":2"#))
        #expect(response.text.contains(#""rejects":[{"record":0,"field":"title","code":"map.required","#))
        #expect(!response.text.contains("ticket_id"))
    }

    @Test func allRejectedIs422() throws {
        let response = try Self.transport().answer(.journalled(Self.outcome(rejected: 2)))
        #expect(response.status == 422)
        #expect(response.text.contains(#""accepted":0"#))
    }

    @Test func emptyMessageIsASuccess() throws {
        #expect(try Self.transport().answer(.journalled(MessageOutcome())).status == 200)
    }

    @Test func refusalSaysCodeAndReasonAndNoDetail() throws {
        let response = try Self.transport().answer(
            .refused(PushRefusal(401, "auth.failed", "not authenticated", detail: "wrong signature")))
        #expect(response.status == 401)
        #expect(response.text == #"{"error":{"code":"auth.failed","reason":"not authenticated"}}"#)
    }

    @Test func upstreamGetsTheEnvelopeItInsistsOn() throws {
        let transport = try Self.transport([
            "accepted": [
                "status": 201, "headers": ["X-Ticket": "{ticket_id}"],
                "json": [
                    "success": true, "code": 10000, "id": "{ticket_id}", "taken": "{accepted|number}",
                    "all": "{ticket_ids}",
                ],
            ],
            "rejected": ["json": ["success": false, "message": "{reason}", "code": "{code}"]],
        ])
        let accepted = transport.answer(.journalled(Self.outcome(new: 2)))
        #expect(accepted.status == 201)
        #expect(accepted.headers.contains { $0 == ("X-Ticket", "ticket0") })
        #expect(accepted.headers.contains { $0 == ("Content-Type", "application/json") })
        #expect(accepted.text == #"{"success":true,"code":10000,"id":"ticket0","taken":2,"all":"ticket0,ticket1"}"#)
        let rejected = transport.answer(.journalled(Self.outcome(rejected: 1)))
        #expect(rejected.status == 422)
        #expect(rejected.text == #"{"success":false,"message":"title \"is\" empty","code":"map.required"}"#)
        let refused = transport.answer(.refused(PushRefusal(429, "limit.rate", "too many")))
        #expect(refused.status == 429)
        #expect(refused.text == #"{"success":false,"message":"too many","code":"limit.rate"}"#)
    }

    @Test func statusOfRejectedHoldsForRefusalsToo() throws {
        let transport = try Self.transport(["rejected": ["status": 200, "text": "FAIL {reason}"]])
        let response = transport.answer(.refused(PushRefusal(401, "auth.failed", "not authenticated")))
        #expect(response.status == 200)
        #expect(response.text == "FAIL not authenticated")
    }

    @Test func textInXMLIsEscapedForXML() throws {
        let transport = try Self.transport([
            "rejected": ["headers": ["Content-Type": "text/xml"], "text": "<r>{reason}</r>"]
        ])
        let response = transport.answer(.journalled(Self.outcome(rejected: 1)))
        #expect(response.text == "<r>title &quot;is&quot; empty</r>")
    }

    @Test func anAnswerInXMLIsEscapedAndSaysItsType() throws {
        let fault = """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>\
            <faultstring>{reason}</faultstring></s:Fault></s:Body></s:Envelope>
            """
        let transport = try Self.transport([
            "accepted": ["xml": "<r><id>{ticket_id}</id><n>{accepted}</n></r>"],
            "rejected": [
                "status": 500, "xml": .text(fault), "headers": ["Content-Type": "application/soap+xml; charset=utf-8"],
            ],
        ])
        let accepted = transport.answer(.journalled(Self.outcome(new: 2)))
        #expect(accepted.status == 200)
        #expect(accepted.headers.map(\.value) == ["text/xml; charset=utf-8"])
        #expect(accepted.text == "<r><id>ticket0</id><n>2</n></r>")
        let rejected = transport.answer(.journalled(Self.outcome(rejected: 1)))
        #expect(rejected.status == 500)
        #expect(rejected.headers.map(\.value) == ["application/soap+xml; charset=utf-8"])
        #expect(rejected.text.contains("<faultstring>title &quot;is&quot; empty</faultstring>"))
        #expect(SOAPFault(in: rejected.body)?.reason == "title \"is\" empty")
    }

    @Test(
        arguments: [
            ["accepted": ["xml": "<a/>", "text": "b"]], ["accepted": ["xml": "<a>{description}</a>"]],
            ["accepted": ["json": ["a": "{nothing}"]]], ["accepted": ["text": "{description}"]],
            ["accepted": ["json": ["a": "1"], "text": "b"]], ["accepted": ["headers": ["X Y": "1"]]],
            ["rejected": ["headers": ["Content-Length": "1"]]], ["rejected": ["text": "{open"]],
        ] as [ConfigLiteral])
    func brokenAnswersAreFoundWhenTheConfigurationIsLoaded(respond: ConfigLiteral) {
        #expect(throws: ConfigIssue.self) { try Self.transport(respond) }
    }

    @Test(arguments: ["/", "channels/a", "/a?b=1", "/a#b", "/a b", "/a/%2e", "/{id}", "/渠道"])
    func pathsThatCannotBeAskedForAreRefused(path: String) {
        let issue = #expect(throws: ConfigIssue.self) { try Self.transport(path: path) }
        #expect(issue?.rule == "http-push.path")
    }
}

extension PushResponse {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
