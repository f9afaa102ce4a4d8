internal import CIconv

/// How text is written in bytes: UTF-8, GB 18030, Big5 and whatever else the system's iconv knows, or `auto`.
///
/// The labels `gb2312` and `gbk` are read as GB 18030, their superset: senders who say them use its characters.
public struct Charset: Sendable, Hashable, CustomStringConvertible {
    /// The label as configured, in lower case.
    public let label: String
    private let encoding: Encoding

    private enum Encoding: Sendable, Hashable {
        case utf8
        /// A byte order mark decides; else valid UTF-8 is UTF-8, and anything else is read as GB 18030.
        case auto
        case iconv(reading: String, writing: String)
    }

    public static let utf8 = Charset(label: "utf-8", encoding: .utf8)
    public static let auto = Charset(label: "auto", encoding: .auto)
    static let gb18030 = Charset(label: "gb18030", encoding: .iconv(reading: "gb18030", writing: "gb18030"))

    private init(label: String, encoding: Encoding) {
        self.label = label
        self.encoding = encoding
    }

    /// nil when the system knows no such charset.
    public init?(_ label: String) {
        let name = label.lowercased()
        switch name {
        case "utf-8", "utf8": self = .utf8
        case "auto": self = .auto
        case "gb2312", "gbk", "cp936", "euc-cn":
            self.init(label: name, encoding: .iconv(reading: "gb18030", writing: name))
        default:
            // iconv takes switches behind the name (`//IGNORE`); a label has none.
            let isPlain = name.utf8.allSatisfy { byte in
                "abcdefghijklmnopqrstuvwxyz0123456789-_.:".utf8.contains(byte)
            }
            guard isPlain, !name.isEmpty, Iconv.exists(name) else { return nil }
            self.init(label: name, encoding: .iconv(reading: name, writing: name))
        }
    }

    public var description: String { label }

    /// True when bytes are UTF-8 as they stand.
    public var isUTF8: Bool { encoding == .utf8 }

    /// The charset that these bytes are read in: itself, unless it is `auto`.
    public func resolved(for bytes: [UInt8]) -> Charset {
        guard encoding == .auto else { return self }
        return Self.guess(bytes) ?? .utf8
    }

    /// True when a byte below `@` that is no digit is always the character that it is in ASCII: line breaks, quotes,
    /// commas and brackets can be found before anything is converted, and a large message converted piece by piece.
    public var keepsPunctuation: Bool {
        switch encoding {
        case .utf8: true
        case .auto: false
        case .iconv(let reading, _): Self.multibyte.contains(reading)
        }
    }

    /// Their second bytes begin at `@`, those of GB 18030's four at the digits.
    private static let multibyte: Set<String> = ["gb18030", "big5", "big5-hkscs", "cp950"]

    /// Reads text strictly.
    /// - Returns: UTF-8 without a byte order mark.
    /// - Throws: `CharsetFault` at the first sequence that is no character.
    public func decode(_ bytes: [UInt8]) throws(CharsetFault) -> [UInt8] {
        let text = text(of: bytes)
        if let fault = text.fault { throw fault }
        return text.bytes
    }

    /// Reads what can be read; see `CharsetText`.
    public func text(of bytes: [UInt8]) -> CharsetText {
        switch encoding {
        case .utf8: return Self.utf8Text(bytes)
        case .auto: return Self.guess(bytes).map { $0.text(of: bytes) } ?? Self.utf8Text(bytes)
        case .iconv(let reading, _):
            var converted = Iconv.convert(bytes, from: reading, to: "utf-8", replacing: JSONRepair.mark)
            if converted.bytes.starts(with: ByteOrderMark.utf8) { converted.bytes.removeFirst(3) }
            let fault = converted.firstFault.map { CharsetFault.invalid(label, offset: $0) }
            return CharsetText(bytes: converted.bytes, fault: fault)
        }
    }

    /// Writes text.
    /// - Throws: `CharsetFault` when the charset has no such character.
    public func encode(_ text: String) throws(CharsetFault) -> [UInt8] {
        let utf8 = Array(text.utf8)
        guard case .iconv(_, let writing) = encoding else { return utf8 }
        let converted = Iconv.convert(utf8, from: "utf-8", to: writing, replacing: [])
        if let offset = converted.firstFault {
            throw CharsetFault("charset.unencodable", "a character does not exist in \(label)", offset: offset)
        }
        return converted.bytes
    }

    private static func utf8Text(_ bytes: [UInt8]) -> CharsetText {
        let skipped = bytes.starts(with: ByteOrderMark.utf8) ? 3 : 0
        let invalid = bytes.withUnsafeBufferPointer {
            UTF8Scan.firstInvalid(UnsafeBufferPointer(rebasing: $0[skipped...]))
        }
        return CharsetText(
            bytes: skipped == 0 ? bytes : Array(bytes[skipped...]),
            fault: invalid.map { CharsetFault.invalid("utf-8", offset: $0 + skipped) })
    }

    /// nil for UTF-8.
    private static func guess(_ bytes: [UInt8]) -> Charset? {
        if bytes.starts(with: ByteOrderMark.utf8) { return nil }
        if bytes.starts(with: ByteOrderMark.utf16BigEndian) { return Charset("utf-16be") }
        if bytes.starts(with: ByteOrderMark.utf16LittleEndian) { return Charset("utf-16le") }
        return bytes.withUnsafeBufferPointer(UTF8Scan.firstInvalid) == nil ? nil : gb18030
    }
}

enum ByteOrderMark {
    static let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]
    static let utf16BigEndian: [UInt8] = [0xFE, 0xFF]
    static let utf16LittleEndian: [UInt8] = [0xFF, 0xFE]
}
