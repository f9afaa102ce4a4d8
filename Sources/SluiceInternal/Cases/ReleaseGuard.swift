internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// The only door outward: builds what leaves the internal network from an allow-list, and from nothing else.
///
/// Ids, the event, the status, the public text, the time. Notes, reasons, names, addresses and the handler's own id
/// have no way through, because nothing here can write them.
enum ReleaseGuard {
    /// Longest public text, in bytes of UTF-8.
    static let longestText = 64 << 10

    struct Ticket {
        var ticketID: String
        var channelID: String
        var externalID: String
    }

    /// - Throws: `CaseError` that names the field, when the event says something that must not leave.
    static func release(
        _ event: HandlerEvent, of ticket: Ticket, replyID: String, status: CaseStatus, text: WayOut.Text = .automatic,
        at now: Timestamp
    ) throws -> CaseEventBody {
        if text == .never, event.publicText?.isEmpty == false {
            throw CaseError(
                .invalid(field: "public_text"), "event.text-stays-inside",
                "no free text leaves for this ticket's channel; report the event without public_text")
        }
        return CaseEventBody(
            replyID: replyID, ticketID: ticket.ticketID, channelID: ticket.channelID, externalID: ticket.externalID,
            event: event.type.rawValue, status: status.rawValue, publicText: try event.publicText.map(cleaned),
            repliedAt: event.repliedAt ?? now)
    }

    private static func cleaned(_ text: String) throws -> String {
        guard text.utf8.count <= longestText else {
            throw CaseError(
                .invalid(field: "public_text"), "event.public-text-too-long",
                "public_text has \(text.utf8.count) bytes; write at most \(longestText)")
        }
        return TextHygiene.clean(text).text
    }
}
