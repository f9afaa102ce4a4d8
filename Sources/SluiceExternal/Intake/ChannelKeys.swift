internal import GRDB
internal import Synchronization

/// The small integer that stands for a channel inside external.db.
final class ChannelKeys: Sendable {
    private let known = Mutex<[String: Int64]>([:])

    /// Only rows that are surely committed are remembered, as they stand then: a key made in a transaction or a savepoint
    /// that fails must not outlive it.
    func key(of channel: String, in db: Database) throws -> Int64 {
        if let key = known.withLock({ $0[channel] }) { return key }
        if let key = try Self.stored(channel, in: db) {
            db.afterNextTransaction { db in
                guard let key = try? Self.stored(channel, in: db) else { return }
                self.known.withLock { $0[channel] = key }
            }
            return key
        }
        try db.execute(sql: "INSERT INTO channel (name) VALUES (?)", arguments: [channel])
        return db.lastInsertedRowID
    }

    private static func stored(_ channel: String, in db: Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT id FROM channel WHERE name = ?", arguments: [channel])
    }
}
