public import SluiceBoundary
public import SluiceSDK

/// Which held items are meant, where many are decided about at once. What is nil does not count.
public struct QuarantineFilter: Sendable, Equatable {
    public var channelID: String?
    /// `hold.words`, or `hold` for all of a family.
    public var code: String?
    public var kind: ItemKind?
    /// Received before.
    public var before: Timestamp?
    public var limit: Int

    public init(
        channelID: String? = nil, code: String? = nil, kind: ItemKind? = nil, before: Timestamp? = nil,
        limit: Int = 1000
    ) {
        self.channelID = channelID
        self.code = code
        self.kind = kind
        self.before = before
        self.limit = limit
    }

    func takes(_ entry: QuarantineEntry) -> Bool {
        if let channelID, entry.channelID != channelID { return false }
        if let code, entry.code != code, !entry.code.hasPrefix(code + ".") { return false }
        if let kind, entry.kind != kind { return false }
        if let before, entry.receivedAt >= before { return false }
        return entry.decision == .held
    }
}
