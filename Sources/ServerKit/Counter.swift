internal import Synchronization

/// Numbers from 1, never the same twice.
public final class Counter: Sendable {
    private let last = Mutex(0)

    public init() {}

    public func next() -> Int {
        last.withLock { last in
            last += 1
            return last
        }
    }
}
