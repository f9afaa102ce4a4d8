internal import GRDB
public import SluiceSDK
public import SluiceStore

/// What could not be admitted, for people.
public struct RefusedDesk: Sendable {
    public struct Entry: Sendable, Equatable {
        public var itemID: String
        public var channelID: String
        public var code: String
        public var reason: String
        public var at: Timestamp
    }

    private let store: Store

    public init(store: Store) {
        self.store = store
    }

    /// Those that are still refused, oldest first.
    public func list(limit: Int = 1000) async throws -> [Entry] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT item_id, channel, code, reason, at FROM refused WHERE settled_at IS NULL ORDER BY id LIMIT ?
                    """, arguments: [limit]
            ).map {
                Entry(itemID: $0[0], channelID: $0[1], code: $0[2], reason: $0[3], at: Timestamp(milliseconds: $0[4]))
            }
        }
    }
}
