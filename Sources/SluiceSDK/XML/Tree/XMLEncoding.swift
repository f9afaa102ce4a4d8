/// How a document is read as text, whatever libxml2 would make of its declaration.
public enum XMLEncoding {
    /// The `charset:` key of formats whose messages say their charset themselves.
    public static let field = ConfigField(
        "charset", .string, example: "gb18030",
        "How the text is encoded, whatever the document says: utf-8, gb18030, gbk, gb2312, big5, another name that iconv "
            + "knows, or `auto`. Left out, a byte order mark or the document's own declaration decides, then the "
            + "`charset` of the Content-Type, then UTF-8.")

    /// Characters beyond ASCII after which valid UTF-8 cannot be an accident: in GB 18030 text one pair of bytes in six
    /// looks like UTF-8, eight of them in a row do so once in a million.
    static let certainty = 8

    /// The document as UTF-8.
    /// - Throws: `XMLFault` with code `xml.charset` when the document names a charset that nobody knows.
    public static func text(
        of bytes: [UInt8], charset: Charset?, contentType: String? = nil
    ) throws(XMLFault) -> CharsetText {
        try self.charset(of: bytes, charset: charset, contentType: contentType).text(of: bytes)
    }

    /// What the document is written in. A declaration is not believed when the bytes are certainly UTF-8: many senders
    /// change the bytes on the way and leave the declaration.
    /// - Throws: `XMLFault` with code `xml.charset` when the document names a charset that nobody knows.
    public static func charset(
        of bytes: [UInt8], charset: Charset?, contentType: String? = nil
    ) throws(XMLFault) -> Charset {
        if let charset { return charset.resolved(for: bytes) }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            return Charset.auto.resolved(for: bytes)
        }
        if bytes.starts(with: [0x00, 0x3C]) { return wide("utf-16be") }
        if bytes.starts(with: [0x3C, 0x00]) { return wide("utf-16le") }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
        guard let label = declared(bytes) ?? contentType.flatMap(parameter) else { return .utf8 }
        guard let known = Charset(label) else {
            throw XMLFault(
                "xml.charset", "the document says that its charset is '\(label)', which is none; set 'charset'")
        }
        // A declaration that can be read byte by byte is not written in UTF-16.
        if known.isUTF8 || label.lowercased().hasPrefix("utf-16") || isCertainlyUTF8(bytes) { return .utf8 }
        return known.resolved(for: bytes)
    }

    private static func wide(_ label: String) -> Charset { Charset(label) ?? .utf8 }

    static func isCertainlyUTF8(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            UTF8Scan.firstInvalid(buffer) == nil && buffer.count { $0 >= 0xC0 } >= certainty
        }
    }

    /// The `encoding` of the XML declaration.
    private static func declared(_ bytes: [UInt8]) -> String? {
        let start = bytes.prefix(400).drop { XMLByte.isSpace($0) }
        guard start.starts(with: Array("<?xml".utf8)), let end = start.firstIndex(of: UInt8(ascii: ">")) else {
            return nil
        }
        let words = String(decoding: start[..<end], as: UTF8.self)
        guard let key = words.firstRange(of: "encoding") else { return nil }
        let value = words[key.upperBound...].drop { $0.isWhitespace || $0 == "=" }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return String(value.dropFirst().prefix { $0 != quote })
    }

    /// The `charset` of a Content-Type.
    public static func parameter(_ contentType: String) -> String? {
        for part in contentType.split(separator: ";").dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces }
            guard sides.count == 2, sides[0].lowercased() == "charset" else { continue }
            let label = sides[1].filter { $0 != "\"" && $0 != "'" }
            return label.isEmpty ? nil : label
        }
        return nil
    }
}
