internal import SluiceSDK

/// What is sealed: the members of the ticket that the clear part has not got, and which ticket they belong to, so that
/// they cannot be hung onto another one.
enum SealedContent {
    static let version = "1"

    static func json(_ sealed: IntakeTicket, of ticket: IntakeTicket) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.field("version", version)
        writer.field("ticket_id", ticket.ticketID)
        writer.field("channel_id", ticket.channelID)
        writer.field("revision", ticket.revision)
        writer.key("fields")
        sealed.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// The whole ticket.
    /// - Throws: `SealingError` where it is another ticket's, `SchemaViolation` or `JSONFault` where it is none.
    static func join(_ bytes: [UInt8], to clear: IntakeTicket, scope: SealingScope, maxText: Int) throws -> IntakeTicket
    {
        let document = try JSONDocument.parse(bytes, maxDepth: 8)
        guard !document.isRepaired else {
            throw SealingError("sealed.content", "what was sealed has invalid UTF-8 or a number out of range")
        }
        let root = document.root
        var members: Set<String> = []
        var isUnique = true
        root.forEachMember { key, _ in isUnique = members.insert(key).inserted && isUnique }
        guard isUnique, members == ["version", "ticket_id", "channel_id", "revision", "fields"],
            let fields = root["fields"]
        else { throw SealingError("sealed.content", "what was sealed is not of the shape that is taken here") }
        guard root["version"]?.string == version else {
            throw SealingError("sealed.version", "only version \(version) of a sealed part is taken here")
        }
        guard root["ticket_id"]?.string == clear.ticketID, root["channel_id"]?.string == clear.channelID,
            root["revision"]?.integer == clear.revision
        else { throw SealingError("sealed.moved", "it was sealed for another ticket or another revision") }
        return try clear.joined(with: fields, sealed: scope, maxText: maxText)
    }
}
