/// When the sender of a request has taken too long: the deadline of whatever a connection is waiting for.
///
/// A value without I/O; the handler asks it after every event. Times are nanoseconds of one monotonic clock.
struct RequestClock {
    enum Phase {
        /// Between requests.
        case idle
        /// Some bytes of a request have come, its header is not complete.
        case header
        case body
        /// The request is complete; time is no longer the sender's.
        case answering
        /// Answered before the body was complete; what still comes is thrown away.
        case draining
    }

    private(set) var phase = Phase.idle
    private(set) var deadline: Int64
    private let headerTime: Int64
    private let idleTime: Int64
    private var began: Int64 = 0
    private var hasEarlyBytes = false

    /// A sender that has its answer and still sends is given this long.
    private static let drainTime: Int64 = 2_000_000_000

    init(limits: ListenerLimits, now: Int64) {
        headerTime = limits.headerTime.nanoseconds
        idleTime = limits.idleTime.nanoseconds
        deadline = now + headerTime
    }

    mutating func bytesCame(now: Int64) {
        switch phase {
        case .idle:
            phase = .header
            began = now
            deadline = now + headerTime
        case .answering: hasEarlyBytes = true
        case .header, .body, .draining: break
        }
    }

    /// - Parameter allowed: for the whole request, counted from its first byte.
    mutating func headerCame(allowed: Duration, now: Int64) {
        // A pipelined request was read together with the one before it.
        if phase != .header { began = now }
        phase = .body
        deadline = began + allowed.nanoseconds
    }

    mutating func requestEnded() {
        phase = .answering
        deadline = .max
    }

    mutating func answered(now: Int64) {
        phase = hasEarlyBytes ? .header : .idle
        began = now
        deadline = now + (hasEarlyBytes ? headerTime : idleTime)
        hasEarlyBytes = false
    }

    mutating func answeredEarly(now: Int64) {
        phase = .draining
        deadline = now + Self.drainTime
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return min(seconds, 1_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
