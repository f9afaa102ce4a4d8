import Foundation
import SluiceTesting
import Synchronization

/// Looks at three zones every few seconds, on a thread of its own, while records are offered to them.
final class Watch: Sendable {
    struct Look: Sendable {
        var moment: UInt64
        /// In the order of `names`.
        var zones: [Footprint]
        /// MiB below the data folder: the zones' in the order of `names`, then the boundary's.
        var folders: [Double]
    }

    static let names = ["external", "relay", "internal"]
    static let folders = names + ["boundary"]

    private struct State: Sendable {
        var start: UInt64 = 0
        var looks: [Look] = []
        var sink: Sink?
        var workload: Workload?
    }

    private let interval: Double
    private let state = Mutex(State())
    private let mustEnd = Atomic<Bool>(false)
    private let hasEnded = DispatchGroup()

    /// - Parameter interval: seconds from look to look.
    init(every interval: Double) { self.interval = interval }

    func start(_ installation: Installation, _ sink: Sink, _ workload: Workload) {
        let processes = Self.names.map { name in installation.zones.first { $0.name == name }?.process.id ?? 0 }
        let data = installation.folder + "/data"
        let start = now()
        state.withLock { $0 = State(start: start, sink: sink, workload: workload) }
        hasEnded.enter()
        Thread.detachNewThread { [self] in
            var due = start
            while !mustEnd.load(ordering: .relaxed) {
                usleep(20_000)
                guard now() >= due else { continue }
                due += UInt64(interval * 1e9)
                let look = Look(
                    moment: now(), zones: processes.map(Footprint.init),
                    folders: Self.folders.map { Double(Installation.bytes(below: "\(data)/\($0)")) / 1_048_576 })
                state.withLock { $0.looks.append(look) }
            }
            hasEnded.leave()
        }
    }

    /// Returns once the last look is over; a second time it does nothing.
    func end() {
        mustEnd.store(true, ordering: .relaxed)
        hasEnded.wait()
    }

    /// `figure` of each look.
    func series(_ figure: (Look) -> Double) -> Series {
        state.withLock { state in
            Series(state.looks.map { .init(second: Double($0.moment - state.start) / 1e9, value: figure($0)) })
        }
    }

    /// Tickets that were due at the source and not yet at the handler, at each look: those that wait to be sent count, or
    /// a gateway that does not answer would have none.
    func backlog() -> Series {
        let state = state.withLock { $0 }
        guard let sink = state.sink, let workload = state.workload else { return Series([]) }
        let tickets = (0..<workload.count).filter { workload.ticket($0).kind == .new }
        let sent = tickets.map { sink.sent[$0] }.filter { $0 > 0 }.sorted()
        let arrived = tickets.map { sink.arrived[$0] }.filter { $0 > 0 }.sorted()
        return series { Double(Self.count(sent, until: $0.moment) - Self.count(arrived, until: $0.moment)) }
    }

    /// Tickets a second that came to the handler in the first and in the last tenth of the time after `warmUp` seconds.
    func arrivals(after warmUp: Double) -> (first: Double, last: Double) {
        let state = state.withLock { $0 }
        guard let sink = state.sink, let end = state.looks.last?.moment else { return (0, 0) }
        let start = state.start + UInt64(warmUp * 1e9)
        let tenth = (end > start ? end - start : 10) / 10
        let moments = (0..<sink.sent.count).map { sink.arrived[$0] }
        func rate(_ from: UInt64, _ to: UInt64) -> Double {
            Double(moments.count { $0 > from && $0 <= to }) * 1e9 / Double(to - from)
        }
        return (rate(start, start + tenth), rate(end - tenth, end))
    }

    private static func count(_ moments: [UInt64], until moment: UInt64) -> Int {
        var (low, high) = (0, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
