internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// Messages that hand over keys, once each: hundreds of the outbox's items are sealed with one.
struct SealingKeyBook {
    /// Messages that are being journalled at the same time may bring keys of two seconds in turn. One that is further back
    /// is stored again, which does no harm.
    private static let recent = 4

    private let db: Database
    private var latest: (number: Int64, message: [UInt8])?

    init(_ db: Database) { self.db = db }

    /// Of a message that an item which is about to be appended needs.
    mutating func number(of message: [UInt8]) throws -> Int64 {
        if let latest, latest.message == message { return latest.number }
        let number = try known(message) ?? add(message)
        latest = (number, message)
        return number
    }

    private func known(_ message: [UInt8]) throws -> Int64? {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT id, message FROM sealing_key ORDER BY id DESC LIMIT ?"),
            arguments: [Self.recent])
        return rows.first { Blob.bytes($0, 1) == message }?[0]
    }

    private func add(_ message: [UInt8]) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT INTO sealing_key (message) VALUES (?)")
            .execute(arguments: [Blob.data(message)])
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
