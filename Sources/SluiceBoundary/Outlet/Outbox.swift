internal import Foundation
public import GRDB
public import SluiceSDK
internal import SluiceStore

/// What a zone wants to send, written in the zone's own transaction.
public enum Outbox {
    /// Largest body with its sealed part; with a lower limit on records in front of it, reaching this is a mistake.
    public static let largestBody = 1 << 20

    /// Numbers an item and queues it.
    ///
    /// - Parameter reference: when given, the body is not stored again; the outlet's `body` closure fetches it by this
    ///   number when the segment is written, and must return the same bytes as long as the item is not pruned.
    ///   `item.body` may then be empty.
    /// - Returns: the item's number, as verdicts and receipts will name it.
    @discardableResult
    public static func append(
        _ item: Item, reference: Int64? = nil, to stream: BoundaryStream, in db: Database
    ) throws -> ItemRange {
        try append([(item, reference)], to: stream, in: db)
    }

    /// Several at once: one step of the counter.
    @discardableResult
    public static func append(
        _ items: [(item: Item, reference: Int64?)], to stream: BoundaryStream, in db: Database
    ) throws -> ItemRange {
        for (item, reference) in items { try check(item, hasReference: reference != nil) }
        let (epoch, first) = try takeNumbers(items.count, of: stream, in: db)
        let insert = try BoundStatement(
            """
            INSERT INTO outbox (stream, type, epoch, number, item_id, attempt, channel_id, kind, created_at, schema, review,
                reference, content, sealed, sealing_key) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: db)
        let name = stream.name
        var keys = SealingKeyBook(db)
        for (offset, (item, reference)) in items.enumerated() {
            let key = try item.sealed?.key.map { try keys.number(of: $0) }
            try insert.run { values in
                values.add(name)
                values.add(epoch)
                values.add(first + offset)
                values.add(item.id)
                values.add(item.attempt)
                values.add(item.channelID)
                values.add(item.kind.rawValue)
                values.add(item.createdAt.milliseconds)
                values.add(item.schema)
                values.add(item.wantsReview)
                values.add(reference)
                values.add(reference == nil ? Packed.cell(item.body) : nil)
                values.add(item.sealed?.storedAlone)
                values.add(key)
            }
        }
        return ItemRange(producer: stream.from, epoch: epoch, first: first, last: first + items.count - 1)
    }

    /// For the relay.
    public static func append(_ verdict: Verdict, to stream: BoundaryStream, in db: Database) throws {
        try appendEntry(.verdict, EntryLine.verdict(verdict), to: stream, in: db)
    }

    /// For the zone that has taken items.
    public static func append(_ receipt: Receipt, to stream: BoundaryStream, in db: Database) throws {
        try appendEntry(.receipt, EntryLine.receipt(receipt), to: stream, in: db)
    }

    /// For the relay.
    public static func append(_ passage: Passage, to stream: BoundaryStream, in db: Database) throws {
        try appendEntry(.passage, passage.encoded(), to: stream, in: db)
    }

    /// The items of a range that were sent or wait, in order; those that were pruned are left out.
    public static func items(_ range: ItemRange, of stream: BoundaryStream, in db: Database) throws -> [OutboxItem] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT number, item_id, attempt, channel_id, kind, created_at, reference FROM outbox
                WHERE stream = ? AND epoch = ? AND number BETWEEN ? AND ? ORDER BY number
                """,
            arguments: [stream.name, range.epoch, range.first, range.last]
        ).map(OutboxItem.init(row:))
    }

    /// Forgets items of a range that are settled (receipted, or rejected for good).
    ///
    /// Items behind the outlet's cursor stay, even if they are settled: after a crash they may stand in a segment that the
    /// outlet has still to recognize by them.
    public static func prune(_ range: ItemRange, of stream: BoundaryStream, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM outbox WHERE stream = ?1 AND epoch = ?2 AND number BETWEEN ?3 AND ?4
                AND id <= (SELECT cursor FROM outlet WHERE stream = ?1)
                """
        ).execute(arguments: [stream.name, range.epoch, range.first, range.last])
    }

    /// Takes `count` item numbers: (epoch, first).
    private static func takeNumbers(_ count: Int, of stream: BoundaryStream, in db: Database) throws -> (Int, Int) {
        let statement = try db.cachedStatement(
            sql: "UPDATE outlet SET next_number = next_number + ? WHERE stream = ? RETURNING epoch, next_number")
        guard let row = try Row.fetchOne(statement, arguments: [count, stream.name]) else {
            throw BoundaryError("boundary.unknown-stream", "this zone's store does not write the stream \(stream)")
        }
        let next: Int = row[1]
        return (row[0], next - count)
    }

    private static func check(_ item: Item, hasReference: Bool) throws {
        let size = size(of: item)
        guard size <= largestBody else {
            throw BoundaryError(
                "boundary.item-too-large", "item \(item.id) has \(size) bytes; the limit is \(largestBody)")
        }
        guard Name.isValid(item.id), Name.isValid(item.channelID), Name.isValid(item.schema), item.attempt >= 1 else {
            throw BoundaryError(
                "boundary.bad-name", "id, channel and schema of an item are 1 to 128 of A-Z a-z 0-9 . _ : -")
        }
        guard hasReference || isOneLine(item.body) else {
            throw BoundaryError("boundary.bad-body", "the body of item \(item.id) is not one JSON object on one line")
        }
    }

    /// As it stands in a line: the body, and the sealed part in base64.
    static func size(of item: Item) -> Int { item.body.count + (item.sealed.map { ($0.bytes.count + 2) / 3 * 4 } ?? 0) }

    /// Cheap, and enough to keep a mistake here from stopping the stream there.
    static func isOneLine(_ body: [UInt8]) -> Bool {
        body.first == UInt8(ascii: "{") && body.last == UInt8(ascii: "}")
            && body.withUnsafeBytes { $0.baseAddress.map { memchr($0, 0x0A, body.count) } ?? nil } == nil
    }

    private static func appendEntry(_ type: OutboxType, _ content: [UInt8], to stream: BoundaryStream, in db: Database)
        throws
    {
        let statement = try db.cachedStatement(sql: "INSERT INTO outbox (stream, type, content) VALUES (?, ?, ?)")
        try statement.execute(arguments: [stream.name, type.rawValue, Blob.data(content)])
    }
}

enum OutboxType: Int {
    case item = 1, verdict, receipt, passage
}

/// An item that this zone has sent or will send.
public struct OutboxItem: Sendable, Equatable {
    public var number: Int
    public var id: String
    public var attempt: Int
    public var channelID: String
    public var kind: ItemKind
    public var createdAt: Timestamp
    public var reference: Int64?

    init(row: Row) {
        number = row[0]
        id = row[1]
        attempt = row[2]
        channelID = row[3]
        kind = ItemKind(rawValue: row[4]) ?? .notice
        createdAt = Timestamp(milliseconds: row[5])
        reference = row[6]
    }
}
