public import SluiceSDK

/// When something that was put off comes due, on a clock that may be put back.
///
/// Nothing is put off longer than `longest` on purpose. A stored time further away was written by a clock that has been
/// put back since: waiting for it would be standing still, so it is due now. What is due then is put off anew by the
/// clock as it is, so that it is tried once and not again and again.
public enum DueTime {
    public static let longest = Duration.seconds(86_400)

    public static func isDue(_ time: Timestamp, at now: Timestamp) -> Bool {
        time <= now || time > horizon(now)
    }

    /// Times beyond it are due.
    public static func horizon(_ now: Timestamp) -> Timestamp { now.adding(longest) }

    /// A pause that may be waited for.
    public static func limited(_ pause: Duration) -> Duration { min(pause, longest) }
}
