public import SluiceSDK

/// Which fields one handler gets masked, and which it does not get at all.
public struct FieldPolicy: Sendable, Equatable {
    public var mask: IntakeFieldSet
    public var drop: IntakeFieldSet

    public init(mask: IntakeFieldSet = [], drop: IntakeFieldSet = []) {
        self.mask = mask
        self.drop = drop
    }

    /// True when the handler sees the ticket as it is, so that its bytes can be passed on unread.
    public var isOpen: Bool { mask.isEmpty && drop.isEmpty }

    /// False for what this handler does not see as it is.
    public func shows(_ field: IntakeField) -> Bool { !mask.contains(field) && !drop.contains(field) }

    public func applied(to ticket: IntakeTicket) -> IntakeTicket {
        var shown = ticket
        for field in mask {
            shown[field] = ticket[field].flatMap { FieldMask.masked($0, of: field) }
        }
        for field in drop { shown[field] = nil }
        return shown
    }

    /// As the share log keeps it: `mask requester.name requester.phone; drop attachments`.
    public var text: String {
        var parts: [String] = []
        if !mask.isEmpty { parts.append("mask " + names(mask)) }
        if !drop.isEmpty { parts.append("drop " + names(drop)) }
        return parts.isEmpty ? "all fields" : parts.joined(separator: "; ")
    }

    private func names(_ fields: IntakeFieldSet) -> String {
        fields.map(\.name).sorted().joined(separator: " ")
    }
}
