internal import SluiceSDK
internal import Synchronization

/// What an upstream that is asked has to give: it grows by itself, and a matter never changes its place.
final class Feed: Sendable {
    private struct State {
        var matters: [Matter] = []
        var isSilent = false
    }

    private let state = Mutex(State())
    private let parts: UpstreamParts
    private let start: Timestamp

    /// There before anybody asks.
    private static let backlog = 3

    init(_ parts: UpstreamParts) {
        self.parts = parts
        start = parts.clock()
    }

    /// What is there now, oldest first; nil once it has fallen silent.
    func matters() -> [Matter]? {
        let now = parts.clock()
        return state.withLock { state in
            guard !state.isSilent else { return nil }
            let elapsed = Double(now.milliseconds - start.milliseconds) / 1000
            let due = Self.backlog + Int(elapsed * parts.rate)
            let fresh = parts.make(max(0, due - state.matters.count))
            parts.books.update(parts.channelID) { $0.matters += fresh.count }
            state.matters += fresh
            if !fresh.isEmpty, parts.misbehaviour.changesRecord { change(&state.matters, now) }
            return state.matters
        }
    }

    func fallSilent() { state.withLock { $0.isSilent = true } }

    func knows(_ number: String) -> Bool { state.withLock { $0.matters.contains { $0.number == number } } }

    private func change(_ matters: inout [Matter], _ now: Timestamp) {
        guard matters.count > 5 else { return }
        let index = matters.count - 5
        matters[index] = matters[index].changed
        matters[index].updated = max(now, matters[index].updated)
    }
}
