import SluiceBoundary
import SluiceSDK

/// Items as the external side makes them.
enum Tickets {
    static let jurisdiction = "370400"
    static let time = Timestamp(milliseconds: 1_790_000_000_000)

    static func ticket(
        _ externalID: String, channel: String = "hotline-1", change: (inout IntakeTicket) -> Void = { _ in }
    ) -> IntakeTicket {
        var ticket = IntakeTicket()
        ticket[.schemaVersion] = .string(IntakeTicket.schemaVersion)
        ticket[.ticketID] = .string(
            StableID.ticket(jurisdictionID: jurisdiction, channelID: channel, externalID: externalID))
        ticket[.revision] = .integer(1)
        ticket[.jurisdictionID] = .string(jurisdiction)
        ticket[.channelID] = .string(channel)
        ticket[.externalID] = .string(externalID)
        for field in [IntakeField.receivedAt, .requestedDatetime, .updatedDatetime] {
            ticket[field] = .string(time.rfc3339(in: .shanghai))
        }
        ticket[.requestType] = .string("complaint")
        ticket[.title] = .string("路灯不亮")
        ticket[.description] = .string("小区门口的路灯\n三天不亮")
        ticket[.urgency] = .string("normal")
        ticket[.confidentiality] = .string("internal")
        ticket[.requesterSubjectType] = .string("citizen")
        ticket[.requesterIsAnonymous] = .boolean(false)
        ticket[.requesterReplyWanted] = .boolean(true)
        ticket[.personalFields] = .strings(["requester.phone"])
        ticket[.lineageRaw] = .rawLineage(
            RawLineage(sha256: String(repeating: "0", count: 64), bytes: 10, storedAt: time.rfc3339()))
        change(&ticket)
        return ticket
    }

    static func item(
        _ externalID: String, channel: String = "hotline-1", kind: ItemKind = .ticketOpened, wantsReview: Bool = false,
        change: (inout IntakeTicket) -> Void = { _ in }
    ) -> Item {
        let ticket = ticket(externalID, channel: channel, change: change)
        return Item(
            id: ticket.ticketID, channelID: channel, kind: kind, createdAt: time, wantsReview: wantsReview,
            body: ticket.json())
    }

    static func reply(_ externalID: String, text: String = "已修好", channel: String = "hotline-1") -> Item {
        let ticketID = StableID.ticket(jurisdictionID: jurisdiction, channelID: channel, externalID: externalID)
        let body = CaseEventBody(
            replyID: "reply-\(externalID)", ticketID: ticketID, channelID: channel, externalID: externalID,
            event: "replied", status: "replied", publicText: text, repliedAt: time)
        return Item(
            id: body.replyID, channelID: channel, kind: .caseEvent, createdAt: time,
            schema: CaseEventBody.schemaVersion, body: body.json())
    }
}
