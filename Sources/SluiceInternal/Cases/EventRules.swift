internal import SluiceSDK

/// What an event must say, whatever the case's status.
enum EventRules {
    /// Characters of an internal note or reason.
    static let longestNote = 4_000

    static func check(_ event: HandlerEvent) throws {
        guard isName(event.eventID) else {
            throw invalid("event_id", "write 1 to 128 of A-Z a-z 0-9 . _ : - as event_id, the same for the same event")
        }
        if event.type == .replied, isBlank(event.publicText) {
            throw invalid("public_text", "a reply needs public_text: what the citizen may read")
        }
        if event.type == .returned, isBlank(event.reason) {
            throw invalid("reason", "a returned ticket needs reason: why it is not yours, or what is missing")
        }
        for (field, text) in [("note", event.note), ("reason", event.reason)] where (text?.count ?? 0) > longestNote {
            throw invalid(field, "\(field) is longer than \(longestNote) characters")
        }
    }

    /// Free text without control and bidirectional characters: it is read on terminals and by citizens.
    static func cleaned(_ event: HandlerEvent) -> HandlerEvent {
        var event = event
        event.note = event.note.map { TextHygiene.clean($0).text }
        event.reason = event.reason.map { TextHygiene.clean($0).text }
        event.publicText = event.publicText.map { TextHygiene.clean($0).text }
        return event
    }

    private static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [0x2E, 0x5F, 0x3A, 0x2D].contains(byte)
            }
    }

    private static func isBlank(_ text: String?) -> Bool {
        text?.allSatisfy(\.isWhitespace) ?? true
    }

    private static func invalid(_ field: String, _ reason: String) -> CaseError {
        CaseError(.invalid(field: field), "event.\(field.replacing("_", with: "-"))", reason)
    }
}
