internal import Synchronization

/// Runs something that must end by itself.
enum Bounded {
    /// - Returns: nil when it does not end in time; it is cancelled and left behind then.
    static func run<Value: Sendable>(
        _ patience: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let result = Outcome<Value>()
        let task = Task {
            do {
                let value = try await body()
                result.slot.withLock { $0 = .success(value) }
            } catch {
                result.slot.withLock { $0 = .failure(error) }
            }
        }
        let deadline = ContinuousClock.now.advanced(by: patience)
        while ContinuousClock.now < deadline {
            if let value = result.slot.withLock({ $0 }) { return try value.get() }
            try await Task.sleep(for: .milliseconds(2))
        }
        task.cancel()
        return nil
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let slot = Mutex<Result<Value, any Error>?>(nil)
    }
}
