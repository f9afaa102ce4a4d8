/// How long somebody who finds nothing sleeps until the next look: a short while as long as something came lately, four
/// times that afterwards. Whoever is rung for does not sleep it out.
struct IdlePause {
    /// So many looks in vain, and it is a quiet time.
    static let patience = 40
    static let factor = 4

    private let short: Duration
    private var looksInVain = 0

    init(_ short: Duration) { self.short = short }

    /// Something was found, or is owed to somebody.
    mutating func end() { looksInVain = 0 }

    /// After a look in vain.
    mutating func next() -> Duration {
        // Counted no further than it matters: a quiet time may last for years.
        looksInVain = min(looksInVain + 1, Self.patience + 1)
        return looksInVain > Self.patience ? short * Self.factor : short
    }
}
