public import SluiceConfig
internal import SluiceSDK
public import SluiceStore

/// What a reload does, or would do, with one channel.
public struct ChannelChange: Sendable {
    public enum Kind: String, Sendable {
        case started, changed, stopped
        /// The new version is bad; what ran before runs on.
        case refused
    }

    public var channelID: String
    public var kind: Kind
    /// The effect on the cursor, or the reason.
    public var detail: String

    init(_ channelID: String, _ kind: Kind, _ detail: String) {
        self.channelID = channelID
        self.kind = kind
        self.detail = detail
    }

    /// What a reload of this configuration would do, by what the zone last noted of its channels.
    public static func plan(_ results: [ChannelResult], in store: Store?) throws -> [ChannelChange] {
        let rows = try store.map { try ChannelBook(store: $0).all() } ?? [:]
        let named = Set(results.map(\.id))
        let gone = rows.filter { $0.value.version != nil && !named.contains($0.key) }.keys.sorted()
        return gone.map { ChannelChange($0, .stopped, "its file is gone; its cursor is kept") }
            + results.compactMap { plan($0, rows[$0.id]) }
    }

    private static func plan(_ result: ChannelResult, _ row: ChannelBook.Row?) -> ChannelChange? {
        guard let file = result.channel else {
            let now = row?.version.map { "\($0) runs on" } ?? "nothing runs"
            let reason = result.issues.first?.description ?? "its file has errors"
            return ChannelChange(result.id, .refused, "\(now): \(reason)")
        }
        guard file.isEnabled else {
            return row?.version == nil ? nil : ChannelChange(file.id, .stopped, "enabled: false; its cursor is kept")
        }
        if row?.version == file.version { return nil }
        let paused = row?.pausedBy == nil ? "" : "; it stays paused"
        let effect = ChannelBook.cursorEffect(row, source: file.source.type) + paused
        return ChannelChange(file.id, row?.version == nil ? .started : .changed, effect)
    }
}
