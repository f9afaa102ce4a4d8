/// When a figure of a soak counts as flat: the median of its last third is not above that of its first third by more than
/// a share of it and a fixed part.
///
/// Medians, so that one batch that happens to be in hand when it is read says nothing; thirds, so that what leaks slowly
/// has the longest time to show. Figures of the warm-up are taken out before.
struct Flatness: Sendable {
    var share: Double
    var plus: Double

    /// Fewer show nothing.
    static let fewestPoints = 12

    /// MiB.
    static let memory = Flatness(share: 0.1, plus: 8)
    static let descriptors = Flatness(share: 0, plus: 8)
    static let threads = Flatness(share: 0, plus: 8)

    /// Tickets on their way: a gateway that falls behind has more of them every second.
    static func backlog(perSecond rate: Double) -> Flatness { Flatness(share: 0, plus: 3 * rate) }

    func holds(_ series: Series) -> Bool {
        series.points.count >= Self.fewestPoints
            && series.lastThird <= series.firstThird * (1 + share) + plus
    }
}
