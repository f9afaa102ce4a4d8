internal import Synchronization

/// A flag that one task waits for and anybody sets. Set while nobody waits, it is remembered once.
public final class Signal: Sendable {
    private struct State {
        var isSet = false
        var nextID = 0
        /// On their way to wait. One that is released before it arrives is taken out, and then does not wait.
        var entering: Set<Int> = []
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
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
            state.entering.insert(state.nextID)
            return state.nextID
        }
        let timer = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            self.release(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { enter(id, $0) }
        } onCancel: {
            release(id)
        }
        timer.cancel()
    }

    private func enter(_ id: Int, _ continuation: CheckedContinuation<Void, Never>) {
        let mustWait = state.withLock { state in
            guard state.entering.remove(id) != nil, !state.isSet else {
                state.isSet = false
                return false
            }
            state.waiting[id] = continuation
            return true
        }
        if !mustWait { continuation.resume() }
    }

    private func release(_ id: Int) {
        let continuation = state.withLock { state in
            state.entering.remove(id)
            return state.waiting.removeValue(forKey: id)
        }
        continuation?.resume()
    }
}
