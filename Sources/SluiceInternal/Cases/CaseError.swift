/// Why a handler's event or question was not answered.
public struct CaseError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// There is no such ticket, or it is not shared with this handler: the two look the same.
        case unknownTicket
        /// A copy may read and not write.
        case notOwner
        /// The status does not admit the event; these would be admitted.
        case transition(status: CaseStatus, allowed: [CaseEventType])
        /// The event id was used before, for something else.
        case eventIDReused
        /// A field of the event is missing or wrong.
        case invalid(field: String)
    }

    public var kind: Kind
    /// A stable short label: `case.transition`.
    public var code: String
    /// What happened and what to do; fit for the handler's eyes.
    public var reason: String

    public init(_ kind: Kind, _ code: String, _ reason: String) {
        self.kind = kind
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }

    static let unknownTicket = CaseError(
        .unknownTicket, "ticket.unknown", "no ticket with this id is shared with you; check the ticket_id")
    static let unknownAttachment = CaseError(
        .unknownTicket, "attachment.unknown",
        "this ticket has no file with this id for you, or it is not here yet; `handling.attachments` says which are")
    static let notOwner = CaseError(
        .notOwner, "ticket.not-owner", "this ticket is shared with you to read; only its owner reports events")
    static let eventIDReused = CaseError(
        .eventIDReused, "event.id-reused",
        "this event_id was used before with other content; use a new event_id for a new event")

    init(_ refused: CaseTransitionRefused) {
        self.init(
            .transition(status: refused.status, allowed: refused.allowed), "case.transition",
            "'\(refused.event.rawValue)' is not possible while the case is '\(refused.status.rawValue)'")
    }
}
