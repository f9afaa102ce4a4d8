public import SluiceConfig
public import SluiceSDK
public import SluiceStore

/// Pauses and resumes channels of a stopped zone, and sets their cursors back; it takes effect when the zone starts. The caller holds its lock.
public struct ChannelDesk: Sendable {
    private let book: ChannelBook

    public init(store: Store) {
        book = ChannelBook(store: store)
    }

    public func pause(_ id: String, by person: String, at now: Timestamp) async throws {
        try await book.pause(id, by: person, at: now)
    }

    public func resume(_ id: String, by person: String, at now: Timestamp) async throws {
        guard try await book.resume(id, by: person, at: now) else {
            throw DeskError("channel.not-paused", "the channel '\(id)' is not paused")
        }
    }

    /// Sets the cursor back, for the next start.
    /// - Parameter isPlan: only says what it would do.
    public func backfill(
        _ file: ChannelFile, plugins: ExternalPlugins, zone: Zone, from time: Timestamp, by person: String,
        at now: Timestamp, isPlan: Bool = false
    ) async throws -> RewoundCheckpoint {
        let backfill = Backfill(book: book, time: time, person: person, at: now)
        let source = try plugins.source(
            file.source, context: ChannelContext(channelID: file.id, limits: file.limits, zone: zone))
        return isPlan ? try await backfill.plan(file.id, source) : try await backfill.carryOut(file.id, source)
    }
}
