import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@testable import HTTPPollTransport

/// Sources that answer in XML and SOAP.
@Suite struct XMLSourceTests {
    private static func failure(_ transport: HTTPPollTransport) async -> PluginError? {
        do {
            _ = try await transport.take()
            return nil
        } catch {
            return error as? PluginError
        }
    }

    private static func envelope(_ body: String) -> String {
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\(body)</s:Body></s:Envelope>"
    }

    private static let fault = envelope(
        "<s:Fault><faultcode>s:Server</faultcode><faultstring>session expired</faultstring></s:Fault>")

    @Test(arguments: [200, 500]) func aSOAPFaultIsNoPageWhateverTheStatus(_ status: Int) async throws {
        let bench = try PollBench { _ in StubServer.Answer(status, Self.fault) }
        let failure = await Self.failure(try bench.transport())
        #expect(failure?.code == "http-poll.soap-fault")
        #expect(
            failure?.reason.hasPrefix("\(status): the service answers with a SOAP fault s:Server: session expired")
                == true)
        if status == 200 { #expect(failure?.remedy == .retry(after: .milliseconds(20))) }
        // A fault behind HTTP 500 may be over at once; one behind 200 was meant.
        #expect(bench.server.requests.count == (status == 200 ? 1 : 3))
    }

    @Test func anEnvelopeOfXMLSaysWhetherItIsAPage() async throws {
        let code = Mutex("0")
        let bench = try PollBench { _ in
            StubServer.Answer(200, Self.envelope("<r xmlns=\"urn:r\"><code> \(code.withLock { $0 }) </code></r>"))
        }
        for (answered, equals, isPage): (String, ConfigLiteral, Bool) in [
            ("0", [0], true), ("0", ["0"], true), ("00", [0], true), ("00", ["0"], false), ("OK", ["OK"], true),
            ("1", [0, "OK"], false), ("", [0], false),
        ] {
            code.withLock { $0 = answered }
            let transport = try bench.transport(["success": ["where": "/Envelope/Body/r/code", "equals": equals]])
            #expect(await Self.failure(transport)?.code == (isPage ? nil : "http-poll.not-success"))
        }
        let counted = try bench.transport(["success": ["where": "count(//code) = 1", "equals": [true]]])
        #expect(await Self.failure(counted) == nil)
        let html = try PollBench { _ in StubServer.Answer(200, "<html><br></html>") }
        #expect(
            await Self.failure(try html.transport(["success": ["where": "//code", "equals": [0]]]))?.code
                == "http-poll.no-envelope")
    }

    @Test func pagesOfXMLAreCountedAndTheirTimesRead() async throws {
        let bench = try PollBench { request in
            let page = request.query("page").flatMap { Int($0) } ?? 1
            let numbers = (1...5).dropFirst((page - 1) * 2).prefix(2)
            let rows = numbers.map { "<row no=\"\($0)\"><time>\(PollBench.time($0))</time></row>" }.joined()
            return StubServer.Answer(200, "<list><total>5</total><rows>\(rows)</rows></list>")
        }
        let transport = try bench.transport([
            "page": [
                "style": "number", "param": "page", "items": "/list/rows/row", "total": "/list/total", "stop": "total",
            ],
            "since": ["param": "after", "from": "time", "overlap": "0s"],
        ])
        for _ in 1...3 { _ = try await transport.take() }
        _ = try await transport.take()
        #expect(bench.server.requests.map { $0.query("page") } == ["1", "2", "3", "1"])
        #expect(bench.server.requests.map { $0.query("after") } == [nil, nil, nil, PollBench.time(5)])
    }

    @Test func aCursorOfXMLLeadsOn() async throws {
        let bench = try PollBench { request in
            let next = request.query("cursor") == nil ? "<next>b</next>" : "<next/>"
            return StubServer.Answer(200, "<list>\(next)<row>\(request.query("cursor") ?? "a")</row></list>")
        }
        let transport = try bench.transport(["page": ["style": "cursor", "param": "cursor", "next": "//next"]])
        for _ in 1...3 { _ = try await transport.take() }
        #expect(bench.server.requests.map { $0.query("cursor") } == [nil, "b", nil])
    }

    @Test func whatIsNotXMLIsSaid() async throws {
        let bench = try PollBench { _ in StubServer.Answer(200, "{\"rows\":[]}") }
        let transport = try bench.transport(["page": ["items": "/list/row"]])
        #expect(await Self.failure(transport)?.code == "http-poll.not-xml")
        #expect(throws: ConfigIssue.self) {
            try bench.transport(["page": ["style": "cursor", "items": "/list/row", "next": "$.next"]])
        }
    }

    @Test func aTokenMayStandInXML() async throws {
        let bench = try PollBench { request in
            request.target == "/login"
                ? StubServer.Answer(200, Self.envelope("<login><token>t-1</token></login>")) : PollBench.page([1])
        }
        let transport = try bench.transport([
            "auth": [
                "type": "session",
                "login": ["url": .text("http://127.0.0.1:\(bench.server.port)/login"), "method": "POST"],
                "token": "//token", "send": ["header": "X-Token"],
            ]
        ])
        _ = try await transport.take()
        #expect(bench.server.requests.last?.header("x-token") == "t-1")
    }
}
