public import SluiceSDK

/// What the relay decided about a range of items.
public struct Verdict: Sendable, Equatable {
    public enum Decision: String, Sendable, Hashable, CaseIterable {
        case released, held, rejected
    }

    public var range: ItemRange
    public var decision: Decision
    /// A stable short label: `ok`, `review`, `schema.unknown-field`, …
    public var code: String
    /// For people; no personal data.
    public var reason: String
    public var at: Timestamp
    /// `relay`, or the person who decided.
    public var by: String

    public init(range: ItemRange, decision: Decision, code: String, reason: String, at: Timestamp, by: String = "relay")
    {
        self.range = range
        self.decision = decision
        self.code = code
        self.reason = reason
        self.at = at
        self.by = by
    }
}
