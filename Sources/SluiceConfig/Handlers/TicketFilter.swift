public import SluiceSDK

/// Which tickets a handler gets (`match:`), parsed once.
public indirect enum TicketFilter: Sendable, Equatable {
    case all([TicketFilter])
    case any([TicketFilter])
    case not(TicketFilter)
    /// The field has one of these values; a list field has one that is.
    case isOne(IntakeField, Set<String>)
    /// The field, or one of a list field's values, begins with one of these.
    case hasPrefix(IntakeField, [String])
    /// Title or description contains one of these words; ASCII letters in either case.
    case text([FilterWord])

    public func matches(_ ticket: IntakeTicket) -> Bool {
        matches(FilterSubject(ticket))
    }

    /// For many filters over one ticket: what they share is computed once.
    public func matches(_ subject: FilterSubject) -> Bool {
        switch self {
        case .all(let parts): parts.allSatisfy { $0.matches(subject) }
        case .any(let parts): parts.contains { $0.matches(subject) }
        case .not(let part): !part.matches(subject)
        case .isOne(let field, let values): subject.anyValue(of: field) { values.contains($0) }
        case .hasPrefix(let field, let prefixes):
            subject.anyValue(of: field) { value in prefixes.contains { value.hasPrefix($0) } }
        case .text(let words): words.contains { subject.contains($0) }
        }
    }
}

/// A word that is looked for in a ticket's text, folded once.
public struct FilterWord: Sendable, Equatable {
    public let text: String
    let folded: [UInt8]

    public init(_ text: String) {
        self.text = text
        folded = FilterSubject.fold(text)
    }
}
