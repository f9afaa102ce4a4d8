internal import SluiceSDK
internal import Synchronization

/// Tells the reader of a stream in the same process that there is a new segment, so that it need not wait for its timer.
///
/// One is shared by the zones of `sluice run`; zones in processes of their own each have theirs, and poll.
public final class BoundaryBell: Sendable {
    private let signals: Mutex<[String: Signal]>

    public init() {
        signals = Mutex([:])
    }

    /// Rung when the stream has a new segment.
    func segment(_ stream: BoundaryStream) -> Signal { signal("segment " + stream.name) }

    /// Rung when the stream's outlet has something to do: new rows in the outbox, or an acknowledgement.
    func outbox(_ stream: BoundaryStream) -> Signal { signal("outbox " + stream.name) }

    private func signal(_ name: String) -> Signal {
        signals.withLock { signals in
            if let found = signals[name] { return found }
            let made = Signal()
            signals[name] = made
            return made
        }
    }
}
