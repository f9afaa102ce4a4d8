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
}
