internal import CGMime
internal import SluiceSDK

/// Bytes of a mail as text, whatever their label says.
enum MailText {
    /// Text in the charset of its label; where that does not fit, or says nothing, UTF-8 or else GB 18030. What is no
    /// character in any of them becomes U+FFFD.
    static func decode(_ bytes: [UInt8], label: String?) -> String {
        let label = label.map { trimmed($0).lowercased() } ?? ""
        if let declared = label.isEmpty ? nil : Charset(label), !lies(label, bytes) {
            let read = declared.text(of: bytes)
            if read.fault == nil { return String(decoding: read.bytes, as: UTF8.self) }
            let guessed = Charset.auto.text(of: bytes)
            return repaired(guessed.fault == nil ? guessed : read)
        }
        return repaired(Charset.auto.text(of: bytes))
    }

    /// Latin-1 takes every byte, so that nothing else would show that the label is wrong.
    private static func lies(_ label: String, _ bytes: [UInt8]) -> Bool {
        guard ["iso-8859-1", "latin1", "windows-1252", "cp1252"].contains(label) else { return false }
        return bytes.contains { $0 >= 0x80 } && Charset.utf8.text(of: bytes).fault == nil
    }

    /// The SDK marks damage with a noncharacter.
    private static func repaired(_ text: CharsetText) -> String {
        let read = String(decoding: text.bytes, as: UTF8.self)
        guard text.fault != nil else { return read }
        return String(String.UnicodeScalarView(read.unicodeScalars.map { $0 == "\u{FFFF}" ? "\u{FFFD}" : $0 }))
    }

    /// A text that GMime gave away.
    static func taken(_ text: UnsafeMutablePointer<CChar>?) -> String? {
        guard let text else { return nil }
        defer { sluice_mime_free_text(text) }
        return trimmed(String(cString: text))
    }

    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Every line break a newline.
    static func withNewlines(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for byte in text.utf8 {
            if !(afterReturn && byte == 0x0A) { out.append(byte == 0x0D ? 0x0A : byte) }
            afterReturn = byte == 0x0D
        }
        return String(decoding: out, as: UTF8.self)
    }
}
