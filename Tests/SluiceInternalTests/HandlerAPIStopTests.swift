import CurlKit
import SluiceSDK
import Synchronization
import Testing

@testable import SluiceInternal

@Suite struct HandlerAPIStopTests {
    /// A connection that is accepted and not taken up when the server is told to end took the whole process with it: this
    /// test does not fail then, it ends.
    @Test func aStopWhileCallersArriveEndsTheServerAndNothingElse() async throws {
        for round in 0..<20 {
            let bench = try Bench([.fallback()])
            let callers = Mutex<Task<Void, Never>?>(nil)
            try await bench.serving { port in
                let storm = Task { await Self.storm(port) }
                callers.withLock { $0 = storm }
                let answer = try await Self.ask(port)
                #expect(answer.status == 401, "round \(round)")
            }
            let storm = callers.withLock { $0 }
            storm?.cancel()
            await storm?.value
        }
    }

    private static func storm(_ port: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { while !Task.isCancelled { _ = try? await ask(port) } }
            }
        }
    }

    /// On a connection of its own.
    private static func ask(_ port: Int) async throws -> CurlResponse {
        try await CurlClient.shared.perform(
            CurlRequest(
                "GET", "http://127.0.0.1:\(port)/v1/events", headers: [(name: "Connection", value: "close")]))
    }
}
