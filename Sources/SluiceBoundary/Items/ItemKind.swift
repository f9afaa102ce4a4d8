/// What an item says. Inward all but the last three, which go outward.
public enum ItemKind: String, Sendable, Hashable, CaseIterable {
    case ticketOpened = "ticket.opened"
    case ticketRevised = "ticket.revised"
    /// 撤回
    case ticketWithdrawn = "ticket.withdrawn"
    /// 补充
    case ticketSupplemented = "ticket.supplemented"
    /// 催办
    case ticketUrged = "ticket.urged"
    case attachment
    case notice
    case tally
    case caseEvent = "case.event"
    /// A person's data is to be taken away; the order names tickets only.
    case erasure
    /// A released item could not be admitted; it names the ticket and the rule.
    case refusal

    public var isTicket: Bool { rawValue.hasPrefix("ticket.") }
    /// What a source says later of a ticket that it has sent: heard even where a later revision has overtaken it.
    public var isFollowUp: Bool {
        self == .ticketWithdrawn || self == .ticketSupplemented || self == .ticketUrged
    }
    public var isInward: Bool { self != .caseEvent && self != .erasure && self != .refusal }
}
