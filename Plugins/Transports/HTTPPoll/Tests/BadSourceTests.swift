import CurlKit
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@testable import HTTPPollTransport

@Suite struct BadSourceTests {
    private static func code(_ transport: HTTPPollTransport) async -> String? {
        do {
            _ = try await transport.take()
            return nil
        } catch {
            return (error as? PluginError)?.code
        }
    }

    @Test func anErrorInsideA200IsNoPage() async throws {
        let bench = try PollBench { _ in StubServer.Answer(200, #"{"code":500,"msg":"busy","rows":[]}"#) }
        let transport = try bench.transport(["success": ["where": "$.code", "equals": [0]]])
        #expect(await Self.code(transport) == "http-poll.not-success")
        let html = try PollBench { _ in StubServer.Answer(200, "<html>maintenance</html>") }
        #expect(
            await Self.code(try html.transport(["success": ["where": "$.code", "equals": [0]]]))
                == "http-poll.no-envelope")
        #expect(await Self.code(try html.transport(["page": ["items": "$.rows[*]"]])) == "http-poll.not-json")
    }

    @Test func redirectsAreNotFollowedWhereverTheyLead() async throws {
        let inside = try StubServer { _ in StubServer.Answer(200, "{}") }
        let port = inside.port
        let bench = try PollBench { _ in
            StubServer.Answer(302, headers: [("Location", "http://127.0.0.1:\(port)/secret")])
        }
        #expect(await Self.code(try bench.transport()) == "http-poll.redirect")
        #expect(inside.requests.isEmpty)
    }

    @Test(arguments: ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"])
    func namesThatLeadOutsideTheListAreNotConnectedTo(host: String) async throws {
        let bench = try PollBench { _ in StubServer.Answer(200, "{}") }
        let transport = try bench.transport([
            "url": .text("http://\(host):\(bench.server.port)/orders"), "allow": ["10.0.0.0/8"],
        ])
        #expect(await Self.code(transport) == "http-poll.address-not-allowed")
        #expect(bench.server.requests.isEmpty)
    }

    @Test func aLoginDoesNotLeadInsideEither() async throws {
        let inside = try PollBench { _ in StubServer.Answer(200, #"{"t":"x"}"#) }
        let transport = try inside.transport([
            "allow": ["10.0.0.0/8"],
            "auth": [
                "type": "session", "token": "$.t", "send": ["header": "X"],
                "login": ["url": .text("http://localhost:\(inside.server.port)/login")],
            ],
        ])
        #expect(await Self.code(transport) == "http-poll.address-not-allowed")
        #expect(inside.server.requests.isEmpty)
    }

    /// As gzip of the machine packs it.
    private static func packed(_ command: String, encoding: String = "gzip") throws -> StubServer.Answer {
        let folder = TemporaryFolder()
        let child = try ChildProcess(
            "/bin/sh", ["-c", "\(command) > \(folder("out"))"], environment: ["PATH": "/usr/bin:/bin"])
        #expect(child.wait() == .exited(0))
        var answer = StubServer.Answer(200, headers: [("Content-Encoding", encoding)])
        answer.bytes = try readFile(folder("out"))
        return answer
    }

    @Test func aPackedPageIsUnpacked() async throws {
        let page = PollBench.page([1, 2])
        let answer = try Self.packed("printf '%s' '\(page.body)' | gzip -9")
        let bench = try PollBench { _ in answer }
        #expect(try await bench.transport().take().numbers == [1, 2])
        #expect(bench.server.requests.first?.header("accept-encoding") == "gzip, deflate")
    }

    @Test(arguments: [
        ("head -c 50000000 /dev/zero | gzip -9", "gzip"),
        ("head -c 50000000 /dev/zero | gzip -9 | gzip -9", "gzip, gzip"),
    ])
    func whatUnpacksToMoreThanAMessageIsNotTaken(command: String, encoding: String) async throws {
        let answer = try Self.packed(command, encoding: encoding)
        #expect((answer.bytes?.count ?? 0) < 100_000)
        let bench = try PollBench { _ in answer }
        #expect(await Self.code(try bench.transport()) == "http-poll.too-large")
    }

    @Test(arguments: [("printf broken", "gzip"), ("printf '{}'", "compress")])
    func whatCannotBeUnpackedSaysSo(command: String, encoding: String) async throws {
        let answer = try Self.packed(command, encoding: encoding)
        let bench = try PollBench { _ in answer }
        #expect(await Self.code(try bench.transport()) == "http-poll.broken")
    }

    @Test func aServerThatSendsHalfAndHangsIsAskedAgain() async throws {
        let count = Mutex(0)
        let bench = try PollBench { _ in
            var answer = PollBench.page([1, 2])
            answer.hangs =
                count.withLock {
                    $0 += 1; return $0
                } == 1
            return answer
        }
        let transport = try bench.transport(["timeout": "2s"])
        #expect(try await transport.take().numbers == [1, 2])
        #expect(bench.server.requests.count == 2)
        #expect(bench.reports.all.contains { $0.contains("http-poll.timeout") })
    }

    @Test func whatIsLargerThanAMessageIsNotTaken() async throws {
        let bench = try PollBench { _ in StubServer.Answer(200, String(repeating: "x", count: 2000)) }
        var limits = ChannelLimits()
        limits.message = 1000
        #expect(await Self.code(try bench.transport(limits: limits)) == "http-poll.too-large")
    }

    @Test func busyServersAreAskedAsOftenAsConfigured() async throws {
        let bench = try PollBench { _ in StubServer.Answer(503, "busy") }
        let error = await #expect(throws: PluginError.self) { try await bench.transport().take() }
        #expect(error?.code == "http-poll.status")
        #expect(bench.server.requests.count == 3)
        let denied = try PollBench { _ in StubServer.Answer(403) }
        #expect(await Self.code(try denied.transport()) == "http-poll.denied")
        #expect(denied.server.requests.count == 1)
    }

    @Test func retryAfterIsWaitedForUnlessToldOtherwise() throws {
        let response = try RetryRule(nil).pause(
            attempt: 1, CurlResponse(status: 429, headers: [("retry-after", "120")]), now: Timestamp(seconds: 0))
        #expect(response == .seconds(120))
        let deaf: ConfigLiteral = ["honour_retry_after": false, "backoff": "2s..3s"]
        let rule = try RetryRule(Config(deaf.value))
        let answer = rule.pause(
            attempt: 4, CurlResponse(status: 429, headers: [("retry-after", "120")]), now: Timestamp(seconds: 0))
        #expect(answer == .seconds(3))
    }

    @Test func whatWasNotCommittedIsFetchedAgain() async throws {
        let bench = try PollBench(PagingTests.numbered)
        let transport = try bench.transport(["page": PagingTests.number])
        _ = try await transport.take()
        #expect(try await transport.next()?.numbers == [4, 5, 6])
        try await transport.connect()
        #expect(try await transport.take().numbers == [4, 5, 6])
        #expect(try await transport.take().numbers == [7, 8, 9])
    }
}
