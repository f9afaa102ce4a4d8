/// Lets through `rate` events a second, and a second's worth at once after a quiet time.
struct TokenBucket {
    private var tokens: Double
    private var last: Int64

    /// - Parameter now: milliseconds, from the same clock as in `take`.
    init(rate: Double, now: Int64) {
        tokens = max(rate, 1)
        last = now
    }

    /// nil when the event may pass, otherwise the whole seconds until one may.
    mutating func take(rate: Double, now: Int64) -> Int? {
        // A clock that was set back gives nothing and takes nothing.
        let passed = Double(max(0, now - last)) / 1000
        last = now
        tokens = min(max(rate, 1), tokens + passed * rate)
        guard tokens >= 1 else { return max(1, Int(((1 - tokens) / rate).rounded(.up))) }
        tokens -= 1
        return nil
    }
}
