internal import SluiceSDK

/// How a value looks when a handler may know that it is there but not what it says.
enum FieldMask {
    /// Says nothing of how long the value was.
    static let hidden = "***"

    /// - Returns: nil when the value's shape cannot be masked; then the field is left out.
    static func masked(_ value: FieldValue, of field: IntakeField) -> FieldValue? {
        switch value {
        case .string(let text): .string(masked(text, of: field))
        case .strings: .strings([hidden])
        case .integer, .number, .boolean, .attributes, .attachments, .rawLineage: nil
        }
    }

    static func masked(_ text: String, of field: IntakeField) -> String {
        switch field {
        case .requesterPhone: phone(text)
        case .requesterName, .respondentName: name(text)
        default: hidden
        }
    }

    /// 138****1234. A number too short to keep most of its digits hidden is hidden whole.
    private static func phone(_ text: String) -> String {
        let digits = text.filter { $0.isASCII && $0.isNumber }
        guard digits.count >= 11 else { return hidden }
        return digits.prefix(3) + "****" + digits.suffix(4)
    }

    /// 张**, with two stars however long the name is; a single character would be the whole name.
    private static func name(_ text: String) -> String {
        guard text.count >= 2, let first = text.first else { return hidden }
        return "\(first)**"
    }
}
