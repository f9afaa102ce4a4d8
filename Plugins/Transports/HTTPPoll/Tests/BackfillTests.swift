import SluiceSDK
import SluiceTesting
import Testing

@testable import HTTPPollTransport

@Suite struct BackfillTests {
    private let floor = PollCheckpoint(floor: Timestamp(rfc3339: "2026-01-05T00:08:00+08:00"))
    private let earlier = Timestamp(rfc3339: "2026-01-05T00:05:00+08:00") ?? Timestamp(seconds: 0)

    private func bench() throws -> PollBench { try PollBench(SinceTests.descending) }

    private func code(_ transport: HTTPPollTransport, _ checkpoint: PollCheckpoint?, to time: Timestamp) -> String? {
        do {
            _ = try transport.rewound(checkpoint?.text, to: time)
            return nil
        } catch {
            return (error as? PluginError)?.code
        }
    }

    @Test func theNextPassAsksForWhatIsNewerThanTheDate() async throws {
        let bench = try bench()
        let rewound = try bench.transport(SinceTests.words).rewound(floor.text, to: earlier)
        #expect(rewound.effect.contains("newer than 2026-01-05T00:05:00+08:00; until now it was 2026-01-05T00:08:00"))
        let transport = try bench.transport(SinceTests.words, checkpoint: rewound.checkpoint)
        #expect(try await transport.take().numbers == [10, 9, 8])
        // Two minutes of overlap behind the date.
        #expect(bench.server.requests.first?.query("after") == PollBench.time(3))
    }

    /// What it would still have brought lies behind the new floor too.
    @Test func aPassInHandBeginsAnew() throws {
        var checkpoint = floor
        checkpoint.pass = .init(since: floor.floor, position: "3", pages: 2)
        let rewound = try bench().transport(SinceTests.words).rewound(checkpoint.text, to: earlier)
        #expect(PollCheckpoint(text: rewound.checkpoint) == PollCheckpoint(floor: earlier))
        #expect(rewound.effect.contains("the pass in hand begins anew"))
    }

    @Test func whatWouldLeaveSomethingOutIsRefused() throws {
        let transport = try bench().transport(SinceTests.words)
        #expect(code(transport, nil, to: earlier) == "http-poll.first-pass")
        #expect(code(transport, floor, to: earlier.adding(.seconds(86_400))) == "http-poll.not-back")
        #expect(code(try bench().transport(), floor, to: earlier) == "http-poll.no-since")
        let bounded: ConfigLiteral = [
            "page": ["items": "$.rows[*]"],
            "since": ["param": "after", "from": "$.time", "start": "2026-01-05 00:06:00"],
        ]
        #expect(code(try bench().transport(bounded), floor, to: earlier) == "http-poll.before-start")
    }
}
