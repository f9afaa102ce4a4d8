internal import SluiceBoundary
internal import SluiceSDK

/// A ticket's schema, stamps and text; the internal side checks what is sealed once it has opened it.
struct TicketCheck: Sendable {
    let settings: RelaySettings

    /// - Returns: what of the ticket stands in clear.
    func check(_ item: Item) throws -> IntakeTicket {
        let document = try JSONDocument.parse(item.body, maxDepth: 8)
        guard !document.isRepaired else {
            throw SchemaViolation("", "schema.json", "the body has invalid UTF-8 or a number out of range")
        }
        let ticket = try read(document.root, item)
        try checkStamps(ticket, item)
        try ticket.checkTexts()
        return ticket
    }

    /// Of what is sealed one can see the form, and that none of it stands in clear as well.
    private func read(_ root: JSONElement, _ item: Item) throws -> IntakeTicket {
        guard let sealed = item.sealed else { return try IntakeTicket(json: root, maxText: settings.maxText) }
        try sealed.checkForm()
        return try IntakeTicket(json: root, sealed: sealed.scope, maxText: settings.maxText)
    }

    /// The envelope says what the body says, and the id is the one that follows from the names.
    private func checkStamps(_ ticket: IntakeTicket, _ item: Item) throws(SchemaViolation) {
        guard item.schema == ticket.text(.schemaVersion) else {
            throw SchemaViolation("schema_version", "stamp.schema", "it is not the item's")
        }
        guard ticket.channelID == item.channelID else {
            throw SchemaViolation("channel_id", "stamp.channel", "it is not the item's channel")
        }
        let jurisdiction = ticket.text(.jurisdictionID) ?? ""
        if let own = settings.jurisdiction, own != jurisdiction {
            throw SchemaViolation("jurisdiction_id", "stamp.jurisdiction", "it is not this gateway's")
        }
        let id = StableID.ticket(
            jurisdictionID: jurisdiction, channelID: ticket.channelID, externalID: ticket.externalID)
        guard ticket.ticketID == id, item.id == id else {
            throw SchemaViolation("ticket_id", "stamp.ticket-id", "it does not follow from channel and external_id")
        }
        guard ticket.revision >= 1 else {
            throw SchemaViolation("revision", "stamp.revision", "revisions count from 1")
        }
    }
}
