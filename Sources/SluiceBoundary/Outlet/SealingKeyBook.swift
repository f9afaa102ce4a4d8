public import GRDB
internal import SluiceSDK
internal import SluiceStore

/// Messages that hand over keys, once each: hundreds of the outbox's items are sealed with one.
struct SealingKeyBook {
    /// Outbox rows that may still come to need a key which is used now. It is shared for a second, and one that is used
    /// longer says so again.
    private static let reach: Int64 = 100_000
    /// Messages that are being journalled at the same time may bring keys of two seconds in turn.
    private static let recent = 4

    private let db: Database
    private var latest: (number: Int64, message: [UInt8])?

    init(_ db: Database) { self.db = db }

    /// Of a message that items which are about to be appended need.
    mutating func number(of message: [UInt8]) throws -> Int64 {
        if let latest, latest.message == message { return latest.number }
        let last = try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(id), 0) FROM outbox")) ?? 0
        let number = try known(message, behind: last) ?? add(message, behind: last)
        latest = (number, message)
        return number
    }

    private func known(_ message: [UInt8], behind last: Int64) throws -> Int64? {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT id, through, message FROM sealing_key ORDER BY id DESC LIMIT ?"),
            arguments: [Self.recent])
        guard let row = rows.first(where: { Blob.bytes($0, 2) == message }) else { return nil }
        // Half of it is left for what this transaction appends; more than that does not fit into one.
        if (row[1] as Int64) < last + Self.reach / 2 {
            try db.execute(
                sql: "UPDATE sealing_key SET through = ? WHERE id = ?", arguments: [last + Self.reach, row[0] as Int64])
        }
        return row[0]
    }

    private func add(_ message: [UInt8], behind last: Int64) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO sealing_key (through, message) VALUES (?, ?)")
            .execute(arguments: [last + Self.reach, Blob.data(message)])
        return db.lastInsertedRowID
    }

    mutating func message(_ number: Int64) throws -> [UInt8]? {
        if let latest, latest.number == number { return latest.message }
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT message FROM sealing_key WHERE id = ?"), arguments: [number])
        guard let row else { return nil }
        let message = Blob.bytes(row, 0)
        latest = (number, message)
        return message
    }
}

extension Outbox {
    /// Lets go of keys that no item of the outbox can be sealed with.
    public static func forgetKeys(in db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM sealing_key WHERE through < (
                    SELECT coalesce((SELECT min(id) FROM outbox),
                        (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'outbox')))
                """)
    }
}
