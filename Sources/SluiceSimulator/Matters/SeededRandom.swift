internal import SluiceSDK

/// A seeded generator (SplitMix64): the same seed tells the same stories.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    /// A stream of its own for everything that has a name, so that one channel more changes no other.
    public init(seed: UInt64, name: String) {
        state = SHA256.hash(name).prefix(8).reduce(seed) { ($0 << 8 | $0 >> 56) ^ UInt64($1) }
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// nil of an empty list.
    public mutating func pick<Element>(_ items: [Element]) -> Element? {
        items.isEmpty ? nil : items[Int.random(in: 0..<items.count, using: &self)]
    }

    public mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    public mutating func isOneIn(_ count: Int) -> Bool { number(1...count) == 1 }
}
