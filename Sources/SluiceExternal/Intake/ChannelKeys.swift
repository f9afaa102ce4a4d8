internal import GRDB
internal import Synchronization

/// The small integer that stands for a channel inside external.db.
final class ChannelKeys: Sendable {
    private let known = Mutex<[String: Int64]>([:])

    /// Only rows that are surely committed are remembered: a key made in a transaction that fails must not outlive it.
    func key(of channel: String, in db: Database) throws -> Int64 {
        if let key = known.withLock({ $0[channel] }) { return key }
        if let key = try Int64.fetchOne(db, sql: "SELECT id FROM channel WHERE name = ?", arguments: [channel]) {
            db.afterNextTransaction { _ in self.known.withLock { $0[channel] = key } }
            return key
        }
        try db.execute(sql: "INSERT INTO channel (name) VALUES (?)", arguments: [channel])
        return db.lastInsertedRowID
    }
}
