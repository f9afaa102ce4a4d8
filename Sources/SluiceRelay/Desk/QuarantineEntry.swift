public import SluiceBoundary
public import SluiceSDK

/// An item that did not simply go on.
public struct QuarantineEntry: Sendable, Equatable {
    /// What people call it by: `sluice quarantine show 17`.
    public var id: Int64
    public var producer: String
    public var itemID: String
    public var attempt: Int
    public var channelID: String
    public var kind: ItemKind
    public var createdAt: Timestamp
    /// When the relay received it.
    public var receivedAt: Timestamp
    /// As it stands now.
    public var decision: Verdict.Decision
    public var code: String
    public var reason: String
    public var by: String
    public var decidedAt: Timestamp
}

/// One item with everything that was decided about it, oldest first.
public struct QuarantineDetail: Sendable, Equatable {
    public var entry: QuarantineEntry
    /// The body as it came: JSON. It holds personal data; show it to nobody but the person who decides.
    public var body: String
    public var verdicts: [Verdict]
    /// What is sealed beside it: how much of the ticket, and the fingerprint of the key; nil where nothing is.
    public var sealed: String?
    /// Words for a release that needs two.
    public var approvals: [Approval]
}

public struct DeskError: Error, Sendable, Equatable, CustomStringConvertible {
    public var code: String
    public var reason: String

    public init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }
}
