import Synchronization

/// Durations in milliseconds.
final class Durations: Sendable {
    private let values = Mutex<[Double]>([])

    func add(_ nanoseconds: [UInt64]) {
        values.withLock { $0 += nanoseconds.map { Double($0) / 1e6 } }
    }

    func add(_ nanoseconds: UInt64) { add([nanoseconds]) }

    func percentile(_ share: Double) -> Double? {
        values.withLock { values in
            guard !values.isEmpty else { return nil }
            values.sort()
            return values[min(values.count - 1, Int(Double(values.count) * share))]
        }
    }

    /// p50 / p99.
    var pair: String {
        guard let half = percentile(0.5), let most = percentile(0.99) else { return "–" }
        return "\(Table.number(half, 1)) / \(Table.number(most, 1))"
    }
}

extension Moments {
    /// From these to the same slots of the others, where there is such a time.
    func durations(to others: Moments) -> Durations {
        let durations = Durations()
        durations.add((0..<count).compactMap { others[$0] > self[$0] ? others[$0] - self[$0] : nil })
        return durations
    }
}
