/// One figure, read again and again while something runs.
struct Series: Sendable {
    struct Point: Sendable {
        /// Since the beginning.
        var second: Double
        var value: Double
    }

    /// In the order of time.
    var points: [Point]

    init(_ points: [Point]) { self.points = points }

    /// Without what was read in the first seconds.
    func dropping(first seconds: Double) -> Series { Series(points.filter { $0.second >= seconds }) }

    var largest: Double { points.map(\.value).max() ?? 0 }
    var firstTenth: Double { median(points.prefix(part(10))) }
    var lastTenth: Double { median(points.suffix(part(10))) }
    var firstThird: Double { median(points.prefix(part(3))) }
    var lastThird: Double { median(points.suffix(part(3))) }

    /// Of the straight line that fits best, for a minute.
    var slopePerMinute: Double {
        let count = Double(max(1, points.count))
        let middle = points.reduce(0) { $0 + $1.second } / count
        let mean = points.reduce(0) { $0 + $1.value } / count
        let spread = points.reduce(0) { $0 + ($1.second - middle) * ($1.second - middle) }
        guard spread > 0 else { return 0 }
        return points.reduce(0) { $0 + ($1.second - middle) * ($1.value - mean) } / spread * 60
    }

    private func part(_ share: Int) -> Int { max(1, points.count / share) }

    private func median(_ part: ArraySlice<Point>) -> Double {
        let values = part.map(\.value).sorted()
        return values.isEmpty ? 0 : values[values.count / 2]
    }
}
