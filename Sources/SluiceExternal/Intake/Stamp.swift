internal import SluiceSDK

/// What the gateway itself writes on a ticket.
struct Stamp: Sendable {
    let jurisdictionID: String
    let zone: Zone

    /// The ticket with its identity, as it crosses the boundary in its first revision.
    func apply(to processed: ProcessedTicket, channelID: String, raw: RawLineage, receivedAt: Timestamp) -> IntakeTicket
    {
        var ticket = processed.ticket
        var lineage = raw
        lineage.stripped = processed.stripped
        ticket[.schemaVersion] = .string(IntakeTicket.schemaVersion)
        ticket[.jurisdictionID] = .string(jurisdictionID)
        ticket[.channelID] = .string(channelID)
        ticket[.ticketID] = .string(
            StableID.ticket(jurisdictionID: jurisdictionID, channelID: channelID, externalID: ticket.externalID))
        ticket[.revision] = .integer(1)
        ticket[.receivedAt] = .string(receivedAt.rfc3339(in: zone))
        ticket[.lineageRaw] = .rawLineage(lineage)
        return ticket
    }
}
