public import SluiceSDK
public import SluiceStore

/// Pauses and resumes channels of a stopped zone; it takes effect when the zone starts. The caller holds its lock.
public struct ChannelDesk: Sendable {
    private let book: ChannelBook

    public init(store: Store) {
        book = ChannelBook(store: store)
    }

    public func pause(_ id: String, by person: String, at now: Timestamp) async throws {
        try await book.pause(id, by: person, at: now)
    }

    public func resume(_ id: String) async throws {
        guard try await book.resume(id) else {
            throw DeskError("channel.not-paused", "the channel '\(id)' is not paused")
        }
    }
}
