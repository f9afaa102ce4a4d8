internal import GRDB
public import SluiceBoundary
internal import SluiceSDK
public import SluiceStore

/// What the external side says it has counted, as its tallies brought it inside.
public struct OutsideLedger: Sendable {
    private let store: Store

    public init(store: Store) {
        self.store = store
    }

    /// The latest tally of every day and channel, by day and channel.
    public func tallies() async throws -> [TallyBody] {
        let bodies = try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT body FROM tally").map { Blob.bytes($0, 0) }
        }
        return try bodies.map { try TallyBody(json: $0) }.sorted { ($0.day, $0.channelID) < ($1.day, $1.channelID) }
    }
}
