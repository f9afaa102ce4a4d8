import Foundation
import Synchronization

/// What ill upstreams do to their own channels, until it is stopped.
final class Trouble: Sendable {
    static let garbage = "garbage"
    static let flood = "flood"
    /// How the numbers of the overload's tickets begin: none that the workload has.
    static let prefix = "F-"
    /// Messages a second that are no JSON.
    static let garbageRate = 50.0

    private let port: Int
    private let floodRate: Double
    private let bad: PushLoad
    private let many: PushLoad
    private let group = DispatchGroup()
    private let isStopped = Atomic<Bool>(false)
    private let state = Mutex(State())

    private struct State {
        var begun: UInt64 = 0
        var ended: UInt64 = 0
        var faults: [String] = []
    }

    /// - Parameter share: messages a second of a sound channel.
    init(port: Int, share: Double) {
        self.port = port
        floodRate = share * 10
        bad = PushLoad(.init(connections: 2, rate: Self.garbageRate))
        many = PushLoad(.init(connections: 2, rate: floodRate))
    }

    func start() {
        state.withLock { $0.begun = now() }
        run(bad, to: Self.garbage) { Array("\($0) is not JSON {{{".utf8) }
        run(many, to: Self.flood) { number in
            let name = "\(Self.prefix)\(number)"
            return Array(
                #"{"no":"\#(name)","created":"2026-01-05 09:12:33","kind":"01","subject":"多","content":"太多了"}"#.utf8)
        }
    }

    /// Returns once what was sent is answered.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        group.wait()
        state.withLock { if $0.ended == 0 { $0.ended = now() } }
    }

    /// Garbage that was answered as garbage.
    var refused: Int { bad.answers[422, default: 0] }
    /// Tickets of the overload that were taken.
    var taken: Int { many.answers[200, default: 0] }

    /// Of the two, what the one has that has fewer answers.
    var leastAnswered: Int { min(bad.answered, many.answered) }

    /// After the stop: why nobody was as ill as this says; empty when all is as it says.
    var faults: [String] {
        let (seconds, broken) = state.withLock { (Double($0.ended - $0.begun) / 1e9, $0.faults) }
        return broken + faults(of: bad, Self.garbage, Self.garbageRate * seconds, wanted: 422)
            + faults(of: many, Self.flood, floodRate * seconds, wanted: 200)
    }

    private func faults(of load: PushLoad, _ channel: String, _ planned: Double, wanted: Int) -> [String] {
        var faults: [String] = []
        let others = load.answers.filter { $0.key != wanted }.sorted { $0.key < $1.key }
        if !others.isEmpty {
            let list = others.map { "\($0.value) times \($0.key)" }.joined(separator: ", ")
            faults.append("'\(channel)' was to be answered with \(wanted), and was \(list)")
        }
        // On two loaded cores a sender comes late; one that does half of it is still ill.
        if Double(load.answered) < planned / 2 {
            faults.append("'\(channel)' was sent \(load.answered) messages of \(Int(planned))")
        }
        return faults
    }

    private func run(_ load: PushLoad, to channel: String, _ body: @escaping @Sendable (Int) -> [UInt8]) {
        group.enter()
        Thread.detachNewThread { [self] in
            do {
                try load.run(port: port) { [self] number in
                    guard !isStopped.load(ordering: .relaxed) else { return nil }
                    return Push.request(body(number), path: "/channels/\(channel)", .ndjson)
                }
            } catch {
                state.withLock { $0.faults.append("who sends to '\(channel)' had to give up: \(error)") }
            }
            group.leave()
        }
    }
}
