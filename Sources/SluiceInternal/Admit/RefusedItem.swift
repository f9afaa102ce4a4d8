internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// An item that the relay released and that could not be admitted: kept whole, so that it can be once the cause is
/// mended.
struct RefusedItem: Sendable {
    /// `refused.id`; 0 before it is kept.
    var id: Int64 = 0
    var item: Item
    /// Of `received_at`, or of the refusal where the ticket cannot be read at all.
    var day: Day

    init(_ item: Item, now: Timestamp, zone: Zone) {
        self.item = item
        let root = try? JSONDocument.parse(item.body, maxDepth: 8).root
        let received = root?["received_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        day = Day(received ?? now, in: zone)
    }

    private init(_ row: Row) {
        id = row[0]
        day = Day(number: row[1])
        item = Item(
            id: row[2], channelID: row[3], kind: ItemKind(rawValue: row[4]) ?? .ticketRevised,
            createdAt: Timestamp(milliseconds: row[5]), body: Blob.bytes(row, 6),
            sealed: SealedPart(stored: Blob.bytes(row, 7)))
    }

    /// What the outside hears; nil where the body does not say which ticket it is.
    func notice(_ code: String, _ reason: String, at now: Timestamp) -> RefusalBody? {
        guard item.kind.isTicket, let root = try? JSONDocument.parse(item.body, maxDepth: 8).root,
            let externalID = root["external_id"]?.string, let revision = root["revision"]?.integer, revision >= 1,
            root["ticket_id"]?.string == item.id
        else { return nil }
        return RefusalBody(
            ticketID: item.id, channelID: item.channelID, externalID: externalID, revision: revision, code: code,
            reason: reason, at: now)
    }

    /// - Returns: false when the same item stands there already.
    func keep(_ code: String, _ reason: String, at now: Timestamp, _ db: Database) throws -> Bool {
        let known = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM refused WHERE item_id = ? AND settled_at IS NULL AND body = ?)",
            arguments: [item.id, Blob.data(item.body)])
        if known == true { return false }
        try db.execute(
            sql: """
                INSERT INTO refused (item_id, channel, kind, code, reason, body, at, sealed, created_at, day)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                item.id, item.channelID, item.kind.rawValue, code, reason, Blob.data(item.body), now.milliseconds,
                item.sealed.map { Blob.data($0.stored) }, item.createdAt.milliseconds, day.number,
            ])
        return true
    }

    /// Those whose key was not there, oldest first.
    static func withoutKey(_ limit: Int, _ db: Database) throws -> [RefusedItem] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, day, item_id, channel, kind, created_at, body, sealed FROM refused
                WHERE settled_at IS NULL AND code IN ('sealed.key-unknown', 'sealed.no-key') AND day IS NOT NULL
                ORDER BY id LIMIT ?
                """, arguments: [limit]
        ).map(RefusedItem.init)
    }

    /// - Returns: false when somebody else has done so.
    static func settle(_ row: RefusedItem, at now: Timestamp, _ db: Database) throws -> Bool {
        // Its content is a ticket now; nothing of it has to stay here.
        try db.execute(
            sql: "UPDATE refused SET settled_at = ?, sealed = NULL WHERE id = ? AND settled_at IS NULL",
            arguments: [now.milliseconds, row.id])
        return db.changesCount == 1
    }
}
