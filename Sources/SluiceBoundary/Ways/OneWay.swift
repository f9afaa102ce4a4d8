/// A link without a way back: no acknowledgement comes, so that age decides when a batch may go.
public struct OneWay: Sendable, Equatable {
    /// How long a batch is kept and repeated.
    public var history: Duration
    /// How often a batch that the link has taken away is laid out again.
    public var interval: Duration

    public init(history: Duration, interval: Duration) {
        (self.history, self.interval) = (history, interval)
    }
}
