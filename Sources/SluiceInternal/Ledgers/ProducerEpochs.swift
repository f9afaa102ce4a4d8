internal import GRDB
public import SluiceSDK
public import SluiceStore

/// When the producers outside began new epochs: as they do when a store was restored.
public enum ProducerEpochs {
    static func note(_ producer: String, epoch: Int, at now: Timestamp, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO producer_epoch (producer, epoch, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [producer, epoch, now.milliseconds])
    }

    /// When the external side was last heard to begin a new epoch; nil when it never did.
    public static func latestRestart(of producer: String, in store: Store) async throws -> Timestamp? {
        let found = try await store.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT max(at) FROM producer_epoch WHERE producer = ? AND epoch > 1", arguments: [producer])
        }
        return found.map { Timestamp(milliseconds: $0) }
    }
}
