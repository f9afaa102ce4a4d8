/// How much of a ticket is taken away.
public enum ErasureExtent: String, Sendable, CaseIterable {
    /// Fields that name a person: those that the canonical ticket marks, and those that the channel marked; and the same
    /// values where a text repeats them.
    case personal
    /// These, and whatever a citizen or a channel wrote freely: title, text, address, attributes, attachments.
    case all
}

extension IntakeTicket {
    /// What stands where a required text was.
    public static let erasedText = "[erased]"
    /// Bytes that a value needs to be looked for in texts: a name of two characters has six.
    private static let shortestValue = 6

    /// Free text, and what leads to a place or a person by itself.
    private static let freeFields: IntakeFieldSet = [
        .title, .description, .tags, .requesterOrganizationName, .requesterUnifiedSocialCreditCode, .locationAddress,
        .locationAddressID, .locationLat, .locationLong, .attributes, .attachments,
    ]

    private var personal: IntakeFieldSet { .personal.union(IntakeFieldSet(named: strings(.personalFields))) }

    /// True when a personal field, or an attribute, is exactly this.
    public func names(_ person: String) -> Bool {
        if personal.contains(where: { text($0) == person }) { return true }
        guard case .attributes(let items)? = self[.attributes] else { return false }
        return items.contains { $0.value == person }
    }

    /// What names the person and is long enough to be looked for in texts.
    public var personalValues: Set<String> {
        Set(personal.compactMap { text($0) }.filter { $0.utf8.count >= Self.shortestValue && $0 != Self.erasedText })
    }

    /// The same ticket without what `extent` names. Ids, times, kinds and codes stay, so that it is still the ticket.
    /// - Parameter values: looked for in texts beside this ticket's own.
    public func erased(_ extent: ErasureExtent, removing values: Set<String> = []) -> IntakeTicket {
        var ticket = self
        let erased = extent == .all ? personal.union(Self.freeFields) : personal
        for field in erased.intersection(fields) {
            ticket[field] = field.definition.isRequired ? .string(Self.erasedText) : nil
        }
        let values = values.union(personalValues)
        for field in [IntakeField.title, .description, .locationAddress] {
            if let text = ticket.text(field) { ticket[field] = .string(Self.removing(values, from: text)) }
        }
        if case .attributes(let items)? = ticket[.attributes] {
            ticket[.attributes] = .attributes(
                items.map { TicketAttribute(code: $0.code, value: Self.removing(values, from: $0.value)) })
        }
        if case .attachments(let items)? = ticket[.attachments] {
            ticket[.attachments] = .attachments(
                items.map { item in
                    var left = item
                    left.name = Self.removing(values, from: item.name)
                    left.mediaURL = item.mediaURL.map { Self.removing(values, from: $0) }
                    return left
                })
        }
        return ticket
    }

    /// A text without these values.
    public static func removing(_ values: Set<String>, from text: String) -> String {
        values.reduce(text) { $0.replacing($1, with: erasedText) }
    }
}
