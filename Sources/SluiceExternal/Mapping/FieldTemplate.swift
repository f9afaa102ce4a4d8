internal import SluiceSDK

/// `template:`, over fields of the ticket that are mapped before it.
struct FieldTemplate: Sendable {
    enum Part: Sendable {
        case literal(String)
        case field(IntakeField, written: DatePattern?)
    }

    let text: String
    let parts: [Part]
    /// What times are written in.
    let zone: Zone

    var fields: [IntakeField] {
        parts.compactMap { if case .field(let field, _) = $0 { field } else { nil } }
    }

    /// Empty when none of its fields has a value: the words between them say nothing then.
    func render(_ ticket: IntakeTicket) -> String {
        var out = ""
        var hasValue = fields.isEmpty
        for part in parts {
            switch part {
            case .literal(let text): out += text
            case .field(let field, let pattern):
                let value = text(of: field, in: ticket, pattern)
                hasValue = hasValue || !value.isEmpty
                out += value
            }
        }
        return hasValue ? out : ""
    }

    private func text(of field: IntakeField, in ticket: IntakeTicket, _ pattern: DatePattern?) -> String {
        switch ticket[field] {
        case .string(let text):
            guard let pattern, let time = Timestamp(rfc3339: text) else { return text }
            return pattern.format(time, in: zone)
        case .strings(let items): return items.joined(separator: "/")
        case .number(let number): return "\(number)"
        case .boolean(let flag): return flag ? "true" : "false"
        default: return ""
        }
    }
}
