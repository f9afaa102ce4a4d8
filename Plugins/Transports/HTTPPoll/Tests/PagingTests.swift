import SluiceSDK
import SluiceTesting
import Testing

@testable import HTTPPollTransport

@Suite struct PagingTests {
    static let number: ConfigLiteral = [
        "style": "number", "param": "pageNo", "size": 3, "items": "$.rows[*]", "total": "$.total", "stop": "empty",
    ]

    /// Ten records, three on a page.
    static func numbered(_ request: StubServer.Request) -> StubServer.Answer {
        let page = request.query("pageNo").flatMap { Int($0) } ?? 1
        return PollBench.page((1...10).dropFirst((page - 1) * 3).prefix(3))
    }

    @Test func numbersCountUntilAPageIsEmpty() async throws {
        let bench = try PollBench(Self.numbered)
        let transport = try bench.transport(["page": Self.number])
        var found: [Int] = []
        for _ in 1...5 { found += try await transport.take().numbers }
        #expect(found == Array(1...10))
        #expect(bench.server.requests.map { $0.query("pageNo") } == ["1", "2", "3", "4", "5"])
        // The next pass begins at the beginning.
        #expect(try await transport.take().numbers == [1, 2, 3])
        #expect(bench.reports.all.isEmpty)
    }

    @Test(arguments: [("short", 4), ("total", 4)]) func aShortPageOrTheTotalEndsThePass(stop: String, pages: Int)
        async throws
    {
        let bench = try PollBench { request in
            let page = request.query("pageNo").flatMap { Int($0) } ?? 1
            return PollBench.page((1...10).dropFirst((page - 1) * 3).prefix(3), total: 10)
        }
        var words = Self.number.value.entries ?? []
        words.removeAll { $0.key == "stop" }
        words.append(ConfigEntry(key: "stop", value: ConfigValue(stop)))
        let transport = try bench.transport(["page": ConfigLiteral(ConfigValue(.map(words)))])
        for _ in 1...pages + 1 { _ = try await transport.take() }
        #expect(bench.server.requests.map { $0.query("pageNo") } == ["1", "2", "3", "4", "1"])
    }

    @Test func offsetsGrowByTheSizeOfAPage() async throws {
        let bench = try PollBench { request in
            PollBench.page((1...5).dropFirst(request.query("from").flatMap { Int($0) } ?? 0).prefix(3))
        }
        let transport = try bench.transport([
            "page": ["style": "offset", "param": "from", "size": 3, "items": "$.rows[*]", "stop": "short"]
        ])
        #expect(try await transport.take().numbers == [1, 2, 3])
        #expect(try await transport.take().numbers == [4, 5])
        #expect(bench.server.requests.map { $0.query("from") } == ["0", "3"])
    }

    @Test func aCursorIsFollowedInTheBodyOfAPost() async throws {
        let bench = try PollBench { request in
            request.text.contains(#""after":"c&2""#) ? PollBench.page([3]) : PollBench.page([1, 2], next: "c&2")
        }
        let transport = try bench.transport([
            "method": "POST", "body": ["json": ["after": "{page}", "size": 2]],
            "page": ["style": "cursor", "next": "$.next"],
        ])
        #expect(try await transport.take().numbers == [1, 2])
        #expect(try await transport.take().numbers == [3])
        #expect(bench.server.requests.map(\.text) == [#"{"after":"","size":2}"#, #"{"after":"c&2","size":2}"#])
        #expect(bench.server.requests[0].header("content-type") == "application/json")
    }

    @Test func linksAreFollowedOnTheSameHostAlone() async throws {
        let bench = try PollBench { request in
            if request.query("p") == "2" {
                return StubServer.Answer(200, headers: [("Link", "<http://169.254.169.254/x>; rel=\"next\"")], "{}")
            }
            let link = "</old>; rel=\"prev\", </orders?p=2>; rel=\"next\""
            return StubServer.Answer(200, headers: [("Link", link)], #"{"rows":[]}"#)
        }
        let transport = try bench.transport(["page": ["style": "link-header"], "query": ["p": "1"]])
        _ = try await transport.take()
        let error = await #expect(throws: PluginError.self) { try await transport.take() }
        #expect(error?.code == "http-poll.link")
        #expect(bench.server.requests.map(\.target) == ["/orders?p=1", "/orders?p=2"])
    }

    @Test func aSourceThatTurnsNoPagesIsStoppedAndNamed() async throws {
        let bench = try PollBench { _ in PollBench.page([1, 2]) }
        let transport = try bench.transport(["page": Self.number])
        #expect(try await transport.take().numbers == [1, 2])
        // The second page is the first again; what comes now is the next pass.
        let next = try await transport.take()
        #expect(next.numbers == [1, 2])
        #expect(bench.server.requests.map { $0.query("pageNo") } == ["1", "2", "1"])
        #expect(bench.reports.all.count == 1)
        #expect(bench.reports.all.first?.contains("http-poll.loop") == true)
    }

    @Test func cursorsThatRunInACircleAreStoppedAfterOneRound() async throws {
        let bench = try PollBench { request in
            switch request.query("c") {
            case nil: PollBench.page([1], next: "a")
            case "a": PollBench.page([2], next: "b")
            default: PollBench.page([3], next: "a")
            }
        }
        let transport = try bench.transport(["page": ["style": "cursor", "param": "c", "next": "$.next"]])
        var found: [Int] = []
        for _ in 1...4 { found += try await transport.take().numbers }
        #expect(found == [1, 2, 3, 1])
        #expect(bench.reports.all.contains { $0.contains("http-poll.loop") })
    }

    @Test func aFeedWithoutEndIsStopped() async throws {
        let bench = try PollBench { request in
            PollBench.page([request.query("pageNo").flatMap { Int($0) } ?? 0])
        }
        let transport = try bench.transport([
            "page": ["style": "number", "param": "pageNo", "items": "$.rows[*]", "most": 2]
        ])
        for _ in 1...3 { _ = try await transport.take() }
        #expect(bench.server.requests.map { $0.query("pageNo") } == ["1", "2", "1"])
        #expect(bench.reports.all.contains { $0.contains("http-poll.endless") })
    }

    @Test(
        arguments: [
            (["page": ["style": "number", "param": "p"]] as [String: ConfigLiteral], "http-poll.page"),
            (["page": ["style": "cursor"]], "http-poll.page"),
            (["since": ["from": "$.time"]], "http-poll.page"), (["cron": "*/5 * * * *"], "http-poll.schedule"),
            (["body": ["json": [:]]], "http-poll.body"), (["url": "ftp://example.org/"], "http.url"),
            (["url": "http://{page}/"], "http.url"), (["retry": ["on": ["often"]]], "http-poll.retry"),
            (["query": ["a": "{pge}"]], "template.unknown-name"),
        ] as [([String: ConfigLiteral], String)])
    func whatCannotWorkIsFoundWhenTheConfigurationIsLoaded(words: [String: ConfigLiteral], rule: String) throws {
        let bench = try PollBench { _ in StubServer.Answer(200) }
        let literal = ConfigLiteral(
            ConfigValue(.map(words.map { ConfigEntry(key: $0.key, value: $0.value.value) })))
        let issue = #expect(throws: ConfigIssue.self) { try bench.transport(literal) }
        #expect(issue?.rule == rule)
    }
}
