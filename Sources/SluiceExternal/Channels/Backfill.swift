internal import SluiceSDK
internal import SluiceStore

/// A channel's cursor set back by a person, so that its source is asked again for what it was asked for once.
struct Backfill: Sendable {
    let book: ChannelBook
    let time: Timestamp
    let person: String
    let at: Timestamp

    /// What it would do; nothing is changed.
    /// - Throws: `DeskError` where the channel does not fetch, `PluginError` where its transport refuses.
    func plan(_ id: String, _ source: ChannelSource) async throws -> RewoundCheckpoint {
        guard case .fetch(let transport) = source else {
            throw DeskError(
                "backfill.pushed",
                "the source of '\(id)' pushes; ask it to send again what you miss, repeats are absorbed")
        }
        return try transport.rewound(try await book.row(id)?.checkpoint, to: time)
    }

    /// The channel is not running meanwhile: what it journals would set the cursor forward again.
    func carryOut(_ id: String, _ source: ChannelSource) async throws -> RewoundCheckpoint {
        let rewound = try await plan(id, source)
        try await book.rewind(id, to: rewound, by: person, at: at)
        return rewound
    }
}
