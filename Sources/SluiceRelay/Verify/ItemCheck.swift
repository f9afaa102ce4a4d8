internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// The checks of one item. Signature, chain, size and digests were the inlet's; here it is read, by one who does not
/// trust its producer.
struct ItemCheck: Sendable {
    let settings: RelaySettings
    let direction: Direction
    private let texts: TextRules

    init(settings: RelaySettings, direction: Direction) {
        (self.settings, self.direction) = (settings, direction)
        texts = TextRules(settings.rules)
    }

    func check(_ item: Item) -> Finding {
        guard item.kind.isInward == (direction == .inward) else {
            return .rejected("kind.direction", "\(item.kind.rawValue) does not travel this way")
        }
        guard let policy = settings.channels.policy(for: item.channelID) else {
            return .rejected("channel.unknown", "the relay's list of channels does not have this one")
        }
        let held: Finding?
        do {
            if item.kind == .attachment { return try AttachmentCheck(settings: settings).check(item, policy) }
            held = try checkBody(of: item)
        } catch let violation as SchemaViolation {
            return .rejected(
                violation.code, "\(violation.path.isEmpty ? "the ticket" : violation.path): \(violation.reason)")
        } catch let fault as BodyFault {
            return .rejected(fault.code, fault.path.isEmpty ? fault.reason : "\(fault.path): \(fault.reason)")
        } catch let fault as JSONFault {
            return .rejected(fault.code, fault.reason)
        } catch let fault as SealingError {
            return .rejected(fault.code, fault.reason)
        } catch {
            return .rejected("schema.unreadable", "the body cannot be read")
        }
        let reviewed = review(item, policy)
        return reviewed == .released ? held ?? reviewed : reviewed
    }

    /// - Returns: why a person has to look at it, where the content says so.
    private func checkBody(of item: Item) throws -> Finding? {
        guard item.sealed == nil || item.kind.isTicket else {
            throw SealingError("sealed.unexpected", "only a ticket has a sealed part")
        }
        switch item.kind {
        case .ticketOpened, .ticketRevised, .ticketWithdrawn, .ticketSupplemented, .ticketUrged:
            return texts.check(try TicketCheck(settings: settings).check(item), item)
        case .notice: try checkNotice(item)
        case .caseEvent: return try checkCaseEvent(item)
        case .erasure: try checkErasure(item)
        case .refusal: try checkRefusal(item)
        case .tally: try checkTally(item)
        case .attachment: break
        }
        return nil
    }

    private func checkNotice(_ item: Item) throws {
        try checkVersion(of: item, NoticeBody.schemaVersion)
        _ = try NoticeBody(json: item.body)
    }

    private func checkTally(_ item: Item) throws {
        try checkVersion(of: item, TallyBody.schemaVersion)
        let tally = try TallyBody(json: item.body)
        guard tally.channelID == item.channelID else {
            throw BodyFault("stamp.channel", path: "channel_id", "it is not the item's channel")
        }
        guard tally.id == item.id else {
            throw BodyFault("stamp.id", path: "day", "the item's id does not follow from it")
        }
    }

    private func checkErasure(_ item: Item) throws {
        try checkVersion(of: item, ErasureBody.schemaVersion)
        let order = try ErasureBody(json: item.body)
        guard order.id == item.id else { throw BodyFault("stamp.id", path: "erasure_id", "it is not the item's id") }
        try checkOrigin(of: item, channelID: order.channelID, externalID: order.externalID, ticketID: order.ticketID)
    }

    private func checkRefusal(_ item: Item) throws {
        try checkVersion(of: item, RefusalBody.schemaVersion)
        let refusal = try RefusalBody(json: item.body)
        guard refusal.id == item.id else { throw BodyFault("stamp.id", path: "ticket_id", "it is not the item's id") }
        try checkOrigin(
            of: item, channelID: refusal.channelID, externalID: refusal.externalID, ticketID: refusal.ticketID)
    }

    private func checkCaseEvent(_ item: Item) throws -> Finding? {
        try checkVersion(of: item, CaseEventBody.schemaVersion)
        let event = try CaseEventBody(json: item.body)
        guard event.replyID == item.id else { throw BodyFault("stamp.id", path: "reply_id", "it is not the item's id") }
        try checkOrigin(of: item, channelID: event.channelID, externalID: event.externalID, ticketID: event.ticketID)
        return try checkWayOut(event)
    }

    /// The relay's own list of what may leave.
    private func checkWayOut(_ event: CaseEventBody) throws(BodyFault) -> Finding? {
        guard settings.replies.allows(event: event.event) else {
            throw BodyFault("wayout.event", path: "event", "the relay's list does not let \(event.event) out")
        }
        guard event.publicText?.isEmpty == false else { return nil }
        switch settings.replies.text(for: event.channelID) {
        case .automatic: return nil
        case .review: return .held("review.reply", "the relay's list asks that a person releases free text")
        case .never: throw BodyFault("wayout.text", path: "public_text", "the relay's list lets no free text out")
        }
    }

    /// What goes outward names the item's channel, and a ticket by the id that its channel and number give.
    private func checkOrigin(of item: Item, channelID: String, externalID: String, ticketID: String) throws {
        guard channelID == item.channelID else {
            throw BodyFault("stamp.channel", path: "channel_id", "it is not the item's channel")
        }
        guard let jurisdiction = settings.jurisdiction else { return }
        guard ticketID == StableID.ticket(jurisdictionID: jurisdiction, channelID: channelID, externalID: externalID)
        else {
            throw BodyFault("stamp.ticket-id", path: "ticket_id", "it is not the id of this channel and external_id")
        }
    }

    private func checkVersion(of item: Item, _ version: String) throws {
        guard item.schema == version else {
            throw BodyFault("schema.version", "the item says schema \(item.schema); only \(version) is taken here")
        }
    }

    /// The stricter of the channel's own wish and the relay's list. The list's `review` is about what citizens send;
    /// what leaves the internal network has its guard there, which asks for review itself.
    private func review(_ item: Item, _ policy: ReleasePolicy) -> Finding {
        if item.wantsReview { return .held("review.channel", "the channel asks that a person releases this") }
        if item.kind.isTicket, policy == .review {
            return .held("review.relay", "the relay's list asks that a person releases what this channel sends")
        }
        return .released
    }
}
