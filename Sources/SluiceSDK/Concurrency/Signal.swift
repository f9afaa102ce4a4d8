internal import Synchronization

/// A flag that one task waits for and anybody sets. Set while nobody waits, it is remembered once.
public final class Signal: Sendable {
    private struct State {
        var isSet = false
        var nextID = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Timed out or cancelled before they began to wait.
        var gone: Set<Int> = []
    }

    private let state = Mutex(State())

    public init() {}

    public func set() {
        let waiting = state.withLock { state in
            let waiting = Array(state.waiting.values)
            state.waiting = [:]
            if waiting.isEmpty { state.isSet = true }
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the flag is set (and clears it), when the time is over, or when the task is cancelled.
    public func wait(upTo limit: Duration) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let timer = Task {
            try? await Task.sleep(for: limit)
            self.release(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { enter(id, $0) }
        } onCancel: {
            release(id)
        }
        timer.cancel()
        state.withLock { _ = $0.gone.remove(id) }
    }

    private func enter(_ id: Int, _ continuation: CheckedContinuation<Void, Never>) {
        let isDone = state.withLock { state in
            if state.isSet || state.gone.contains(id) {
                state.isSet = false
                return true
            }
            state.waiting[id] = continuation
            return false
        }
        if isDone { continuation.resume() }
    }

    private func release(_ id: Int) {
        let continuation = state.withLock { state in
            if let found = state.waiting.removeValue(forKey: id) { return Optional(found) }
            if id > 0 { state.gone.insert(id) }
            return nil
        }
        continuation?.resume()
    }
}
