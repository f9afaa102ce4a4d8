internal import SluiceBoundary
internal import SluiceSDK

/// A ticket's schema, stamps and text.
struct TicketCheck: Sendable {
    let settings: RelaySettings

    func check(_ item: Item) throws {
        let document = try JSONDocument.parse(item.body, maxDepth: 8)
        guard !document.isRepaired else {
            throw SchemaViolation("", "schema.json", "the body has invalid UTF-8 or a number out of range")
        }
        let ticket = try IntakeTicket(json: document.root, maxText: settings.maxText)
        try checkStamps(ticket, item)
        for field in ticket.fields {
            if let value = ticket[field] { try checkText(value, field.name) }
        }
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

    private func checkText(_ value: FieldValue, _ path: String) throws(SchemaViolation) {
        switch value {
        case .string(let text): try check(text, path)
        case .strings(let items): for text in items { try check(text, path) }
        case .attributes(let items):
            for item in items {
                try check(item.code, path)
                try check(item.value, path)
            }
        case .attachments(let items):
            for item in items {
                for text in [item.name, item.mediaType, item.sha256, item.mediaURL] { try check(text ?? "", path) }
            }
        case .rawLineage(let raw):
            for text in [raw.sha256, raw.contentType ?? "", raw.charset ?? "", raw.storedAt] + raw.stripped {
                try check(text, path)
            }
        case .integer, .number, .boolean: break
        }
    }

    private func check(_ text: String, _ path: String) throws(SchemaViolation) {
        if let violation = TextHygiene.firstViolation(in: text) {
            throw SchemaViolation(path, violation.code, violation.reason)
        }
    }
}
