internal import Synchronization

/// Tells the reader of a stream in the same process that there is a new segment, so that it need not wait for its timer.
///
/// One is shared by the zones of `sluice run`; zones in processes of their own each have theirs, and poll.
public final class BoundaryBell: Sendable {
    private let signals: Mutex<[String: Signal]>

    public init() {
        signals = Mutex([:])
    }

    func signal(_ stream: BoundaryStream) -> Signal {
        signals.withLock { signals in
            if let found = signals[stream.name] { return found }
            let made = Signal()
            signals[stream.name] = made
            return made
        }
    }
}
