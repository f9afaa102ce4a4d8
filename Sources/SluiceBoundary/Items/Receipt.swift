public import SluiceSDK

/// The far side has these items, durably: they are admitted, or known already.
public struct Receipt: Sendable, Equatable {
    public var range: ItemRange
    public var at: Timestamp

    public init(range: ItemRange, at: Timestamp) {
        self.range = range
        self.at = at
    }
}
