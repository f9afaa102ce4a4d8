internal import Synchronization

/// What the simulated upstreams know of their own dealings, kept apart from Sluice's ledgers.
public final class SimulatorBooks: Sendable {
    /// One channel. Counts are records unless they say otherwise.
    public struct Line: Sendable {
        /// Matters of its own, each counted once.
        public var matters = 0
        /// Handed over: every record of every message that was answered, fetched or put into its place.
        public var offered = 0
        /// Of those, what Sluice said it has: answered with success, or fetched, or taken out of the folder.
        public var acknowledged = 0
        /// Messages that Sluice refused or did not answer; they were given up after several attempts.
        public var refusedMessages = 0
        /// Faults that were made on purpose.
        public var faults = 0
        /// Replies that came, by their ids.
        public var replies: Set<String> = []
        public var repeatedReplies = 0
        /// Replies to a number that was never offered, or by somebody who did not prove who he is.
        public var strangeReplies = 0
    }

    private let lines = Mutex<[String: Line]>([:])

    public init() {}

    public func line(_ channel: String) -> Line { lines.withLock { $0[channel] ?? Line() } }

    public var channels: [String] { lines.withLock { $0.keys.sorted() } }

    func enter(reply id: String, of channel: String) {
        update(channel) { if !$0.replies.insert(id).inserted { $0.repeatedReplies += 1 } }
    }

    func update(_ channel: String, _ change: (inout Line) -> Void) {
        lines.withLock { change(&$0[channel, default: Line()]) }
    }
}
