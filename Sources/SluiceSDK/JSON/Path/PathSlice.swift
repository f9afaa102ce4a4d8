/// `start:end:step`, with the defaults of RFC 9535 §2.3.4.
struct PathSlice: Sendable {
    var start: Int?
    var end: Int?
    var step = 1

    /// Positions in an array of `count` elements, in the order they are selected.
    func positions(_ count: Int) -> StrideTo<Int> {
        guard step != 0 else { return stride(from: 0, to: 0, by: 1) }
        let first = bounded(start ?? (step > 0 ? 0 : count - 1), count)
        let last = bounded(end ?? (step > 0 ? count : -count - 1), count)
        return stride(from: first, to: last, by: step)
    }

    private func bounded(_ position: Int, _ count: Int) -> Int {
        let normal = position >= 0 ? position : count + position
        return step > 0 ? min(max(normal, 0), count) : min(max(normal, -1), count - 1)
    }
}
