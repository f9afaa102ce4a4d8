internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// What was found out about an item before the transaction, off the writer's queue.
enum PreparedItem: Sendable {
    case ticket(PreparedTicket)
    case notice(NoticeBody, Item)
    case tally(Item, producer: String)
    case attachment(AttachmentBody, Item)
    case refused(Item, code: String, reason: String)
}

/// A ticket that was read and routed; what is left to do is to write it down.
struct PreparedTicket: Sendable {
    var item: Item
    var ticketID: String
    var externalID: String
    var channelID: String
    var jurisdiction: String
    var division: String
    var revision: Int
    /// Of `received_at`, in the gateway's zone.
    var day: Day
    var owner: RosterEntry
    var copies: [RosterEntry]
}

/// Reads items and finds their owners.
struct ItemReader: Sendable {
    let router: Router
    let zone: Zone
    /// nil where this zone has no sealing keys: what is sealed is refused then, and kept.
    var opener: TicketOpener?

    func prepare(_ items: [InboundItem]) -> [PreparedItem] {
        items.map { prepare($0.item, producer: $0.producer) }
    }

    func prepare(_ item: Item, producer: String = "") -> PreparedItem {
        do {
            switch item.kind {
            case .ticketOpened, .ticketRevised, .ticketWithdrawn, .ticketSupplemented, .ticketUrged:
                return .ticket(try ticket(item))
            case .notice: return .notice(try NoticeBody(json: item.body), item)
            case .tally:
                let tally = try TallyBody(json: item.body)
                guard tally.id == item.id, tally.channelID == item.channelID else {
                    throw BodyFault("item.mismatch", "the body's day or channel_id is not the item's")
                }
                return .tally(item, producer: producer)
            case .attachment:
                let piece = try AttachmentBody(json: item.body)
                guard piece.id == item.id, piece.channelID == item.channelID, !piece.isErased else {
                    throw BodyFault("item.mismatch", "the body's attachment_id or channel_id is not the item's")
                }
                return .attachment(piece, item)
            case .caseEvent, .erasure, .refusal:
                return .refused(item, code: "item.kind", reason: "\(item.kind.rawValue) is not taken here")
            }
        } catch let fault as BodyFault {
            return .refused(item, code: fault.code, reason: fault.description)
        } catch let fault as SealingError {
            return .refused(item, code: fault.code, reason: fault.reason)
        } catch let fault as SchemaViolation {
            return .refused(item, code: fault.code, reason: "\(fault.path): \(fault.reason)")
        } catch let fault as JSONFault {
            return .refused(item, code: fault.code, reason: fault.reason)
        } catch {
            return .refused(item, code: "item.unreadable", reason: "\(error)")
        }
    }

    private func ticket(_ item: Item) throws -> PreparedTicket {
        let ticket = try read(item)
        var item = item
        // From here on it is a ticket like any other.
        if item.sealed != nil { (item.body, item.sealed) = (ticket.json(), nil) }
        guard ticket.ticketID == item.id, ticket.channelID == item.channelID, ticket.revision >= 1 else {
            throw BodyFault("item.mismatch", "the body's ticket_id, channel_id or revision is not the item's")
        }
        guard let receivedAt = ticket.text(.receivedAt).flatMap({ Timestamp(rfc3339: $0) }) else {
            throw BodyFault("item.received-at", path: "received_at", "not a time")
        }
        let subject = FilterSubject(ticket)
        let owner = router.owner(of: subject)
        return PreparedTicket(
            item: item, ticketID: ticket.ticketID, externalID: ticket.externalID, channelID: ticket.channelID,
            jurisdiction: ticket.text(.jurisdictionID) ?? "",
            division: ticket.text(.locationDivisionCode) ?? ticket.text(.jurisdictionID) ?? "000000",
            revision: ticket.revision, day: Day(receivedAt, in: zone), owner: owner,
            copies: router.copies(of: subject).filter { $0.key != owner.key })
    }

    private func read(_ item: Item) throws -> IntakeTicket {
        guard item.sealed != nil else { return try IntakeDocument.read(item.body) }
        guard let opener else {
            throw SealingError(
                "sealed.no-key", "this zone has no sealing key; `sluice boundary keys` makes one, or put it back")
        }
        return try opener.open(item)
    }
}
