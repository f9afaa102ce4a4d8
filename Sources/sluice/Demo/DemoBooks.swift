import Synchronization

/// What the simulated upstreams and handlers know of each channel, kept apart from Sluice's own ledgers.
final class DemoBooks: Sendable {
    struct Line: Sendable {
        var offered = 0
        var accepted = 0
        var refused = 0
        var delivered: Set<String> = []
        var replies: Set<String> = []
        var repeatedReplies = 0
    }

    private let lines = Mutex<[String: Line]>([:])

    func update(_ channel: String, _ change: (inout Line) -> Void) {
        lines.withLock { change(&$0[channel, default: Line()]) }
    }

    func line(_ channel: String) -> Line {
        lines.withLock { $0[channel] ?? Line() }
    }
}
