internal import Foundation

/// What may stand in a ticket's text: newline and tab are text; other control characters, bidirectional controls and
/// noncharacters are not, and text is Unicode NFC.
///
/// The mapping cleans with `clean`; the relay, which does not trust the mapping, refuses with `firstViolation`.
public enum TextHygiene {
    /// - Returns: nil when the text is in order.
    public static func firstViolation(in text: String) -> TextViolation? {
        if isOrdinary(text) { return nil }
        var position = 0
        var mayNotBeNFC = false
        for scalar in text.unicodeScalars {
            if let kind = TextViolation.Kind(scalar) { return TextViolation(kind, scalar, at: position) }
            if !isSurelyNFC(scalar) { mayNotBeNFC = true }
            position += 1
        }
        if mayNotBeNFC, !isSame(text, text.precomposedStringWithCanonicalMapping) {
            return TextViolation(.notNFC, nil, at: 0)
        }
        return nil
    }

    /// Strips what does not belong, makes every line break a newline, composes to NFC and trims white space.
    /// - Returns: the text, and whether characters were stripped (line breaks and white space do not count).
    public static func clean(_ text: String) -> (text: String, stripped: Bool) {
        var (out, stripped, mayNotBeNFC) = filtered(text)
        if mayNotBeNFC { out = out.precomposedStringWithCanonicalMapping }
        return (trimmed(out), stripped)
    }

    private static func filtered(_ text: String) -> (text: String, stripped: Bool, mayNotBeNFC: Bool) {
        if isOrdinary(text) { return (text, false, false) }
        var out = String.UnicodeScalarView()
        var isChanged = false
        var stripped = false
        var mayNotBeNFC = false
        var afterReturn = false
        var offset = 0
        for scalar in text.unicodeScalars {
            defer { offset += 1 }
            let isReturn = scalar == "\r"
            let isViolation = TextViolation.Kind(scalar) != nil
            if isViolation, !isChanged {
                // Most text needs no change; the copy begins with the first character that does.
                isChanged = true
                out.append(contentsOf: text.unicodeScalars.prefix(offset))
            }
            if !isSurelyNFC(scalar) { mayNotBeNFC = true }
            if isReturn {
                out.append("\n")
            } else if isViolation {
                stripped = true
            } else if isChanged, !(scalar == "\n" && afterReturn) {
                out.append(scalar)
            }
            afterReturn = isReturn
        }
        return (isChanged ? String(out) : text, stripped, mayNotBeNFC)
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return text }
        guard isSpace(first) || isSpace(last) else { return text }
        var rest = scalars[...]
        while let scalar = rest.first, isSpace(scalar) { rest.removeFirst() }
        while let scalar = rest.last, isSpace(scalar) { rest.removeLast() }
        return String(rest)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x20 || scalar.isWhiteSpace
    }

    /// String's own `==` is canonical equivalence, which is no use here.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    /// True for text that is in order at a glance at its bytes, as almost all is: ASCII without controls and returns, Chinese
    /// characters, and the punctuation that goes with them.
    static func isOrdinary(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var position = 0
            while position < bytes.count {
                switch bytes[position] {
                case 0x20...0x7E, 0x09, 0x0A: position += 1
                // U+4000 to U+9FFF.
                case 0xE4...0xE9: position += 3
                // U+3001 to U+3029: 、。《》「」【】; U+FF00 to U+FF7F: ，：；？！（）; U+2014 to U+201F: —‘’“”.
                case 0xE3 where bytes[position + 1] == 0x80 && (0x81...0xA9).contains(bytes[position + 2]),
                    0xEF where bytes[position + 1] == 0xBC || bytes[position + 1] == 0xBD,
                    0xE2 where bytes[position + 1] == 0x80 && (0x94...0x9F).contains(bytes[position + 2]):
                    position += 3
                default: return false
                }
            }
            return true
        }
    }

    /// True for scalars that stand in NFC text whatever is around them: their quick check says yes and their
    /// combining class is 0. Not complete, only large enough that ordinary text skips the normalizer.
    private static func isSurelyNFC(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x300, 0x370...0x373, 0x2002...0x20CF, 0x2150...0x2328, 0x232B...0x2ADB, 0x3001...0x3029,
            0x3030...0x3096, 0x309B...0x30FF, 0x3400...0x9FFF, 0xAC00...0xD7A3, 0xFF00...0xFFEF, 0x1F300...0x1FAFF,
            0x20000...0x2F7FF:
            return true
        default: return false
        }
    }
}
