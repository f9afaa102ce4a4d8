import SluiceSDK
import Synchronization

/// The clock of all zones: it stands until it is moved, and never goes back.
final class StillClock: Sendable {
    private let moment = Mutex(Timestamp(milliseconds: 1_790_000_000_000))

    var now: Timestamp { moment.withLock { $0 } }

    func move(milliseconds: Int64) {
        moment.withLock { $0 = Timestamp(milliseconds: $0.milliseconds + milliseconds) }
    }

    /// Longer than any key is shared.
    func moveBySeconds() { move(milliseconds: 2_000) }

    func moveByDays() { move(milliseconds: 2 * 86_400_000) }
}
