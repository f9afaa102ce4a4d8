import Synchronization

/// What the simulated handlers know, kept apart from Sluice's own ledgers.
final class DemoBooks: Sendable {
    private struct State {
        /// Ticket ids that an owner has, by channel.
        var tickets: [String: Set<String>] = [:]
        /// Events, by handler.
        var events: [String: Int] = [:]
        var unanswered = 0
    }

    private let state = Mutex(State())

    /// - Returns: true for a ticket that no owner has had before.
    func take(_ ticketID: String, of channel: String) -> Bool {
        state.withLock { $0.tickets[channel, default: []].insert(ticketID).inserted }
    }

    func countEvents(_ count: Int, at handler: String) {
        state.withLock { $0.events[handler, default: 0] += count }
    }

    func beginAnswer() { state.withLock { $0.unanswered += 1 } }
    func endAnswer() { state.withLock { $0.unanswered -= 1 } }

    func delivered(_ channel: String) -> Int { state.withLock { $0.tickets[channel]?.count ?? 0 } }
    func events(of handler: String) -> Int { state.withLock { $0.events[handler] ?? 0 } }
    /// Tickets that an owner has and has not answered yet.
    var unanswered: Int { state.withLock { $0.unanswered } }
}
