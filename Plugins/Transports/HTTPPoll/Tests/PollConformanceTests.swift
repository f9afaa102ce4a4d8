import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@testable import HTTPPollTransport

@Suite struct PollConformanceTests {
    @Test(arguments: ConformanceCase.allCases)
    func conforms(_ scenario: ConformanceCase) async throws {
        try await TransportConformance.run(scenario) { try PagesBench() }
    }
}

/// Numbered pages of one record each behind a real server; a page that is not there yet is empty.
final class PagesBench: TransportBench {
    static let repeats = true
    static let exempt: [ConformanceCase: String] = [
        .cancellation: "a poll of an empty page is a message without records, so that silence never is",
        .saturation: "pages are asked for one at a time and again from the first; order over passes means nothing",
    ]

    static let overLimit = OverLimit.error("http-poll.too-large")

    private enum Mood {
        case well, gone, breaking
    }

    private final class Pages: Sendable {
        let state = Mutex<(mood: Mood, texts: [String])>((.well, []))
        let breaks = Mutex(0)

        func answer(_ request: StubServer.Request) -> StubServer.Answer {
            let number = request.target.split(separator: "=").last.flatMap { Int($0) } ?? 1
            return state.withLock { state in
                switch state.mood {
                case .gone: return .init(503, "gone")
                case .breaking:
                    var answer = StubServer.Answer(200, #"{"rows":[{"text":"begin-1000000"#)
                    answer.hangs = true
                    breaks.withLock { $0 += 1 }
                    return answer
                case .well:
                    let rows =
                        state.texts.indices.contains(number - 1) ? #"{"text":"\#(state.texts[number - 1])"}"# : ""
                    return .init(200, #"{"rows":[\#(rows)]}"#)
                }
            }
        }
    }

    private let pages = Pages()
    private let server: StubServer

    init() throws { server = try StubServer { [pages] in pages.answer($0) } }

    func transport(_ context: ChannelContext) throws -> any Transport {
        let config: ConfigLiteral = [
            "url": .text("http://127.0.0.1:\(server.port)/orders"), "every": "10ms", "timeout": "1s",
            "page": ["style": "number", "param": "page", "items": "$.rows[*]"],
            "retry": ["attempts": 2, "backoff": "1ms..5ms"],
        ]
        return try HTTPPollTransport(Config(config, spec: HTTPPollTransport.spec.config), context: context)
    }

    func put(_ text: String) { pages.state.withLock { $0.texts.append(text) } }
    func cut() { pages.state.withLock { $0.mood = .gone } }
    func restore() { pages.state.withLock { $0.mood = .well } }
    func breakOff() { pages.state.withLock { $0.mood = .breaking } }
    func breaks() -> Int { pages.breaks.withLock { $0 } }
}
