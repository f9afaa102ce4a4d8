internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// One row of the outbox, with its content, ready for a segment.
struct OutboxRow: Sendable {
    enum Content: Sendable {
        case item(Item, number: Int)
        case entry([UInt8])
        case passage(Passage, PassageContent)
    }

    var id: Int64
    var content: Content

    /// Bytes and entries that it adds to a segment, about.
    var size: Int {
        switch content {
        case .item(let item, _): Outbox.size(of: item) + 500
        case .entry(let line): line.count
        case .passage(_, let content): content.lines.reduce(1000 + content.lineDigests.count * 2) { $0 + $1.count + 1 }
        }
    }

    var entries: Int {
        if case .passage(_, let content) = content { content.lines.count + 1 } else { 1 }
    }
}

/// Fetches rows and what they refer to.
struct OutboxReader: Sendable {
    let stream: BoundaryStream
    let body: @Sendable (Database, Int64) throws -> [UInt8]
    let passage: @Sendable (Database, Passage) throws -> PassageContent?

    /// All rows behind `cursor` up to one of them.
    func rows(after cursor: Int64, through last: Int64, in db: Database) throws -> [OutboxRow] {
        let sql = Self.query + "AND id <= ? ORDER BY id"
        var keys = SealingKeyBook(db)
        return try Row.fetchAll(db, sql: sql, arguments: [stream.name, cursor, last]).map {
            try read($0, &keys, in: db)
        }
    }

    private static let query = """
        SELECT id, type, number, item_id, attempt, channel_id, kind, created_at, schema, review, reference, content,
            sealed, sealing_key
        FROM outbox WHERE stream = ? AND id > ?
        """ + " "

    /// Rows behind `cursor`, until the batch is full. One that does not fit into what is left waits for the next.
    func rows(after cursor: Int64, options: OutletOptions, in db: Database) throws -> [OutboxRow] {
        let statement = try db.cachedStatement(sql: Self.query + "ORDER BY id LIMIT ?")
        let cursor = try Row.fetchCursor(statement, arguments: [stream.name, cursor, options.entries])
        var rows: [OutboxRow] = []
        var keys = SealingKeyBook(db)
        var (entries, bytes) = (0, 0)
        while let row = try cursor.next() {
            let next = try read(row, &keys, in: db)
            let isFull = entries + next.entries > options.entries || bytes + next.size > options.bytes
            if isFull && !rows.isEmpty { break }
            rows.append(next)
            entries += next.entries
            bytes += next.size
        }
        return rows
    }

    private func read(_ row: Row, _ keys: inout SealingKeyBook, in db: Database) throws -> OutboxRow {
        let id: Int64 = row[0]
        switch OutboxType(rawValue: row[1]) {
        case .item: return OutboxRow(id: id, content: .item(try item(row, &keys, in: db), number: row[2]))
        case .verdict, .receipt: return OutboxRow(id: id, content: .entry(Blob.bytes(row, 11)))
        case .passage:
            guard let wanted = Passage(encoded: Blob.bytes(row, 11)), let content = try passage(db, wanted) else {
                throw damaged(id, "what it passes on is not in the store")
            }
            return OutboxRow(id: id, content: .passage(wanted, content))
        case nil: throw damaged(id, "its type is unknown")
        }
    }

    private func item(_ row: Row, _ keys: inout SealingKeyBook, in db: Database) throws -> Item {
        let reference: Int64? = row[10]
        let body = try reference.map { try self.body(db, $0) } ?? Packed.bytes(row, 11)
        let id: Int64 = row[0]
        guard let kind = ItemKind(rawValue: row[6]) else { throw damaged(id, "its kind is unknown") }
        // Not parted: a row of an older version makes the very line that it made then.
        var sealed = SealedPart(storedAlone: Blob.bytes(row, 12))
        if let number: Int64 = row[13] {
            guard let key = try keys.message(number) else {
                throw damaged(id, "the key that it is sealed with is gone")
            }
            sealed?.key = key
        }
        let item = Item(
            id: row[3], attempt: row[4], channelID: row[5], kind: kind, createdAt: Timestamp(milliseconds: row[7]),
            schema: row[8], wantsReview: row[9], body: body, sealed: sealed)
        guard Outbox.isOneLine(body), Outbox.size(of: item) <= Outbox.largestBody else {
            throw damaged(id, "its body is not one JSON object on one line, or too large")
        }
        return item
    }

    private func damaged(_ id: Int64, _ what: String) -> BoundaryError {
        BoundaryError(
            "boundary.damaged-outbox", "row \(id) of the outbox of \(stream): \(what); run `sluice store check`")
    }
}
