import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@testable import HTTPPollTransport

@Suite struct SinceTests {
    static let words: ConfigLiteral = [
        "page": [
            "style": "number", "param": "pageNo", "size": 3, "items": "$.rows[*]", "stop": "empty", "total": "$.total",
        ],
        "since": ["param": "after", "from": "$.time", "overlap": "2m"],
    ]

    /// Ten records, the newest first, three on a page; `after` is obeyed.
    static func descending(_ request: StubServer.Request) -> StubServer.Answer {
        let page = request.query("pageNo").flatMap { Int($0) } ?? 1
        let wanted = (1...10).reversed().filter { number in
            request.query("after").map { PollBench.time(number) >= $0 } ?? true
        }
        return PollBench.page(wanted.dropFirst((page - 1) * 3).prefix(3))
    }

    @Test func theFloorMovesWhenAPassIsCompleteAndNotBefore() async throws {
        let bench = try PollBench(Self.descending)
        let transport = try bench.transport(Self.words)
        for page in 1...5 {
            let message = try await transport.take()
            let floor = PollCheckpoint(text: message.checkpoint).floor
            #expect((floor == nil) == (page < 5))
        }
        #expect(try await transport.take().numbers == [10, 9, 8])
        #expect(bench.server.requests.map { $0.query("after") }.suffix(2) == [nil, PollBench.time(8)])
    }

    /// The transport is thrown away after every page, as a kill does, with the checkpoint that the journal had.
    @Test(arguments: [true, false]) func aPassCutShortAtEveryPageLosesNothing(isJournalled: Bool) async throws {
        let bench = try PollBench(Self.descending)
        var checkpoint: String?
        var found: Set<Int> = []
        for _ in 1...5 {
            // Killed before the commit: the page comes again.
            if !isJournalled { _ = try await bench.transport(Self.words, checkpoint: checkpoint).next() }
            let message = try await bench.transport(Self.words, checkpoint: checkpoint).take()
            found.formUnion(message.numbers)
            checkpoint = message.checkpoint
        }
        #expect(found == Set(1...10))
        #expect(PollCheckpoint(text: checkpoint).pass == nil)
        #expect(PollCheckpoint(text: checkpoint).floor?.rfc3339(in: .shanghai) == "2026-01-05T00:10:00+08:00")
    }

    @Test func recordsThatComeInWhilePagesAreReadAreFoundByTheNextPass() async throws {
        let newest = Mutex(6)
        let bench = try PollBench { request in
            let page = request.query("pageNo").flatMap { Int($0) } ?? 1
            // Two new records stand before the others with every page that is read.
            let last = newest.withLock {
                $0 += 2; return $0
            }
            let wanted = (1...min(last, 20)).reversed().filter { number in
                request.query("after").map { PollBench.time(number) >= $0 } ?? true
            }
            return PollBench.page(wanted.dropFirst((page - 1) * 3).prefix(3))
        }
        let transport = try bench.transport(Self.words)
        var found: Set<Int> = []
        for _ in 1...60 where found.count < 20 { found.formUnion(try await transport.take().numbers) }
        #expect(found == Set(1...20))
    }

    /// Record 4 slips onto a page that was read before: the floor stays, and the next pass brings it.
    @Test func recordsThatGoAwayWhilePagesAreReadHideNothing() async throws {
        let isGone = Mutex(false)
        let bench = try PollBench { request in
            let page = request.query("pageNo").flatMap { Int($0) } ?? 1
            let wanted = isGone.withLock { gone in
                defer { gone = true }
                return (1...6).filter { !gone || $0 != 2 }
            }
            let asked = wanted.filter { number in request.query("after").map { PollBench.time(number) >= $0 } ?? true }
            return PollBench.page(asked.dropFirst((page - 1) * 3).prefix(3), total: asked.count)
        }
        let transport = try bench.transport(Self.words)
        var found: Set<Int> = []
        for _ in 1...6 { found.formUnion(try await transport.take().numbers) }
        #expect(found == Set(1...6))
        #expect(bench.reports.all.contains { $0.contains("http-poll.shrinking") })
    }

    @Test func aSourceThatIgnoresSinceIsNamedAndStillRead() async throws {
        let bench = try PollBench { request in
            let page = request.query("pageNo").flatMap { Int($0) } ?? 1
            return PollBench.page((1...6).dropFirst((page - 1) * 3).prefix(3))
        }
        let transport = try bench.transport(Self.words)
        var found: [Int] = []
        for _ in 1...6 { found += try await transport.take().numbers }
        #expect(found == Array(1...6) + Array(1...6))
        #expect(bench.reports.all.count == 1)
        #expect(bench.reports.all.first?.contains("http-poll.since-ignored") == true)
    }

    @Test func aClockSetBackAnHourAsksForMoreAndSaysSo() async throws {
        let floor = try #require(Timestamp(rfc3339: "2026-01-05T00:10:00+08:00"))
        let bench = try PollBench(Self.descending)
        let transport = try bench.transport(
            Self.words, checkpoint: PollCheckpoint(floor: floor).text, now: floor.adding(.seconds(-3600)))
        #expect(try await transport.take().numbers == [10, 9, 8])
        #expect(bench.server.requests.first?.query("after") == "2026-01-04 23:08:00")
        #expect(bench.reports.all.contains { $0.contains("http-poll.future") })
    }

    @Test func timesThatCannotBeReadAreNamed() async throws {
        let bench = try PollBench { _ in StubServer.Answer(200, #"{"rows":[{"no":1,"time":"soon"},{"no":2}]}"#) }
        let transport = try bench.transport([
            "page": ["items": "$.rows[*]"],
            "since": ["param": "after", "from": "$.time", "start": "2026-01-01 00:00:00"],
        ])
        let message = try await transport.take()
        #expect(message.numbers == [1, 2])
        #expect(PollCheckpoint(text: message.checkpoint) == PollCheckpoint())
        #expect(bench.server.requests.first?.query("after") == "2026-01-01 00:00:00")
        #expect(bench.reports.all.contains { $0.contains("2 of 2 records") })
    }

    @Test(arguments: ["", "x", "{}", #"{"v":2,"floor":1}"#, #"{"v":1,"floor":"x","pass":[]}"#])
    func aCheckpointThatIsNoneIsAFirstStart(text: String) {
        #expect(PollCheckpoint(text: text) == PollCheckpoint())
    }
}
