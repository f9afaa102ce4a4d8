/// When a batch that failed is tried again.
public struct RetrySchedule: Sendable, Equatable {
    public static let standard = RetrySchedule([
        .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18000), .seconds(36000), .seconds(36000),
    ])

    public let intervals: [Duration]

    /// The last interval repeats for ever: nothing undelivered is given up.
    public init(_ intervals: [Duration]) {
        self.intervals = intervals.isEmpty ? Self.standard.intervals : intervals
    }

    /// - Parameters:
    ///   - attempts: how many have failed, from 1.
    ///   - random: 0 ..< 1; spreads retries after the first by ±10 %, so that handlers that failed together do not
    ///     return together.
    public func delay(after attempts: Int, random: Double) -> Duration {
        let interval = intervals[min(max(attempts, 1), intervals.count) - 1]
        return attempts <= 1 ? interval : interval * (0.9 + 0.2 * random)
    }
}
