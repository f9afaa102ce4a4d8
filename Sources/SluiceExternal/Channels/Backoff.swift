/// Doubling pauses between attempts, up to a bound, with ±10 % of jitter so that many waiters do not march in step.
struct Backoff: Sendable {
    var first: Duration
    var most: Duration

    /// - Parameter attempt: 1 after the first failure.
    func pause(attempt: Int) -> Duration {
        let doubled = first * (1 << min(max(attempt - 1, 0), 20))
        return min(doubled, most) * Double.random(in: 0.9...1.1)
    }
}
