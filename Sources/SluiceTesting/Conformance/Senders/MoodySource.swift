internal import Foundation
internal import Synchronization

/// The other side of a sender that speaks HTTP, with every mood: for benches.
public final class MoodySource: Sendable {
    public let port: Int
    private let state: Shared
    private let server = Mutex<StubServer?>(nil)
    private let relay: CuttingRelay?

    private final class Shared: Sendable {
        struct State {
            var mood = SenderMood.well
            var taken: [StubServer.Request] = []
            var lost = 0
        }

        let state = Mutex(State())

        func answer(_ request: StubServer.Request) -> StubServer.Answer {
            state.withLock { state in
                switch state.mood {
                case .refusing: return .init(404, "no such order")
                case .busy(let seconds): return .init(503, headers: [("Retry-After", "\(seconds)")], "later")
                case .silent:
                    var answer = StubServer.Answer(200, "{")
                    answer.hangs = true
                    return answer
                case .deaf:
                    state.taken.append(request)
                    state.lost += 1
                    var answer = StubServer.Answer(200)
                    answer.drops = true
                    return answer
                case .well, .gone, .breaking:
                    state.taken.append(request)
                    return .init(200, #"{"code":0}"#)
                }
            }
        }
    }

    /// - Parameter scenario: `brokenOff` needs a relay before the server, which would take connections when nobody is
    ///   there; so the others have none.
    public init(_ scenario: SenderCase) throws {
        let shared = Shared()
        let server = try StubServer { shared.answer($0) }
        state = shared
        relay = scenario == .brokenOff ? try CuttingRelay(to: server.port) : nil
        port = relay?.port ?? server.port
        self.server.withLock { $0 = server }
    }

    /// Requests that were taken, in their order.
    public var taken: [StubServer.Request] { state.state.withLock(\.taken) }
    public var disturbances: Int { (relay?.cuts ?? 0) + state.state.withLock(\.lost) }

    /// - Throws: when its port is taken by another.
    public func behave(_ mood: SenderMood) async throws {
        state.state.withLock { $0.mood = mood }
        relay?.cut(after: mood == .breaking ? 100_000 : nil)
        if mood == .gone { return server.withLock { $0 = nil } }
        // The old listener's thread lets go of the port in its own time.
        var attempts = 0
        while server.withLock({ $0 == nil }) {
            do {
                let shared = state
                let again = try StubServer(port: port) { shared.answer($0) }
                server.withLock { $0 = again }
            } catch  where attempts < 500 {
                attempts += 1
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }
}
