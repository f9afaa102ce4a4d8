internal import GRDB
internal import SluiceSDK

/// What a reply needs of the message that its ticket came in, in the table `reply_origin`. It is personal data: one row
/// goes with its ticket.
enum ReplyOrigin {
    static func keep(_ values: [String: String], of ticket: Int64, in db: Database) throws {
        guard !values.isEmpty else { return }
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
        writer.endObject()
        let content = String(decoding: writer.bytes, as: UTF8.self)
        try db.cachedStatement(
            sql:
                "INSERT INTO reply_origin (ticket, content) VALUES (?, ?) ON CONFLICT DO UPDATE SET content = excluded.content"
        ).execute(arguments: [ticket, content])
    }

    static func find(_ reply: Reply, in db: Database) throws -> [String: String] {
        let ticket = try TicketIndex.find(
            reply.ticketID, channel: reply.channelID, externalID: reply.externalID, in: db)
        guard let ticket else { return [:] }
        let sql = "SELECT content FROM reply_origin WHERE ticket = ?"
        return read(try String.fetchOne(db.cachedStatement(sql: sql), arguments: [ticket[0] as Int64]))
    }

    private static func read(_ content: String?) -> [String: String] {
        guard let content, let document = try? JSONDocument.parse(Array(content.utf8)) else { return [:] }
        var values: [String: String] = [:]
        document.root.forEachMember { name, value in values[name] = value.string }
        return values
    }
}
