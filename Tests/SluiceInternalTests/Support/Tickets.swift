import SluiceBoundary
import SluiceConfig
import SluiceSDK

@testable import SluiceInternal

extension IntakeTicket {
    static let channel = "web-mayor"

    static func id(_ externalID: String) -> String {
        StableID.ticket(jurisdictionID: "370400", channelID: channel, externalID: externalID)
    }

    /// A ticket as the external gateway stamps it.
    static func sample(
        _ externalID: String, revision: Int = 1, type: String = "complaint", description: String = "路灯不亮",
        receivedAt: String = "2026-01-05T08:00:00+08:00", division: String? = "370402"
    ) -> IntakeTicket {
        var ticket = IntakeTicket()
        let texts: [IntakeField: String] = [
            .schemaVersion: IntakeTicket.schemaVersion, .ticketID: id(externalID), .jurisdictionID: "370400",
            .channelID: channel, .externalID: externalID, .receivedAt: receivedAt, .requestedDatetime: receivedAt,
            .updatedDatetime: receivedAt, .requestType: type, .title: "标题 \(externalID)", .description: description,
            .urgency: "normal", .confidentiality: "internal", .requesterSubjectType: "citizen",
            .requesterName: "张三丰", .requesterPhone: "13812341234",
        ]
        for (field, text) in texts { ticket[field] = .string(text) }
        if let division { ticket[.locationDivisionCode] = .string(division) }
        ticket[.revision] = .integer(revision)
        ticket[.requesterIsAnonymous] = .boolean(false)
        ticket[.requesterReplyWanted] = .boolean(true)
        ticket[.personalFields] = .strings(["requester.name", "requester.phone"])
        ticket[.lineageRaw] = .rawLineage(RawLineage(sha256: "00", bytes: 1, storedAt: receivedAt))
        return ticket
    }
}

extension Item {
    init(ticket: IntakeTicket, kind: ItemKind? = nil) {
        self.init(
            id: ticket.ticketID, channelID: ticket.channelID,
            kind: kind ?? (ticket.revision == 1 ? .ticketOpened : .ticketRevised), createdAt: Bench.start,
            body: ticket.json())
    }
}

extension HandlerSeat {
    static func owner(
        _ id: String, order: Int = 100, sender: (any DeliverySender)? = nil, policy: FieldPolicy = FieldPolicy(),
        events: EventSelection = .standard, retry: RetrySchedule = .standard, batch: BatchRule? = nil,
        matches: @escaping @Sendable (FilterSubject) -> Bool = { _ in true }
    ) -> HandlerSeat {
        HandlerSeat(
            HandlerProfile(
                id: id, name: "局 \(id)", role: .owner, order: order, policy: policy, events: events, retry: retry,
                batch: batch, token: "token-of-\(id)", matches: matches), sender: sender)
    }

    static func fallback(
        _ id: String = "desk", sender: (any DeliverySender)? = nil, retry: RetrySchedule = .standard,
        batch: BatchRule? = nil, policy: FieldPolicy = FieldPolicy()
    ) -> HandlerSeat {
        HandlerSeat(
            HandlerProfile(
                id: id, name: "服务台", role: .owner, isFallback: true, policy: policy, retry: retry, batch: batch,
                token: "token-of-\(id)"), sender: sender)
    }

    /// Fetches its events itself.
    static func puller(
        _ id: String = "desk", role: HandlerProfile.Role = .owner, lease: Duration = .seconds(60),
        policy: FieldPolicy = FieldPolicy()
    ) -> HandlerSeat {
        HandlerSeat(
            HandlerProfile(
                id: id, name: "取件 \(id)", role: role, isFallback: role == .owner, policy: policy, lease: lease,
                token: "token-of-\(id)"), sender: nil)
    }

    static func copy(
        _ id: String, sender: (any DeliverySender)? = nil, policy: FieldPolicy = FieldPolicy(),
        events: EventSelection = .standard, retry: RetrySchedule = .standard, batch: BatchRule? = nil,
        matches: @escaping @Sendable (FilterSubject) -> Bool = { _ in true }
    ) -> HandlerSeat {
        HandlerSeat(
            HandlerProfile(
                id: id, name: "共享 \(id)", role: .copy, policy: policy, events: events, retry: retry, batch: batch,
                token: "token-of-\(id)", matches: matches), sender: sender)
    }
}
