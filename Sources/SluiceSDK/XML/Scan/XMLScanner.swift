internal import Foundation

/// Finds the tags of a document and checks that they nest, without building anything: sizes, depth and DOCTYPE are
/// known before libxml2 sees a byte. Names, attributes and characters are libxml2's to check.
struct XMLScanner {
    enum Token {
        /// An element begins; `isEmpty` when it ends too (`<a/>`).
        case open(XMLTag)
        /// An element ends; its depth is `depth + 1`.
        case close(end: Int)
        /// The document is complete.
        case end
    }

    let bytes: UnsafeBufferPointer<UInt8>
    /// Elements that are open.
    private(set) var depth = 0
    /// Where the XML declaration ends; 0 without one.
    private(set) var declarationEnd = 0
    private var position = 0
    private var names: [Range<Int>] = []
    private var hasRoot = false
    private let maxDepth: Int
    /// The bytes are not UTF-8: a `]` may be the end of another character. Nothing else that is looked for can be.
    private let mindsTrails: Bool

    init(_ bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int, mindsTrails: Bool = false) {
        self.bytes = bytes
        self.maxDepth = maxDepth
        self.mindsTrails = mindsTrails
        // White space before the declaration is wrong and frequent in documents packed in others.
        while position < bytes.count, XMLByte.isSpace(bytes[position]) { position += 1 }
        if starts("<?xml"), position + 5 < bytes.count, XMLByte.isSpace(bytes[position + 5]) {
            declarationEnd = find("?>", from: position) ?? 0
            position = max(position, declarationEnd)
        }
    }

    /// The element that was opened last is nested deeper than allowed.
    var isTooDeep: Bool { depth > maxDepth }

    mutating func next() throws(XMLFault) -> Token {
        while true {
            let mark = find(UInt8(ascii: "<"), from: position)
            try checkText(position..<(mark ?? bytes.count))
            guard let mark else { return try end() }
            position = mark
            guard mark + 1 < bytes.count else { throw truncated("a tag", at: mark) }
            switch bytes[mark + 1] {
            case UInt8(ascii: "!"): try skipMarked()
            case UInt8(ascii: "?"): position = try close("?>", "a processing instruction")
            case UInt8(ascii: "/"): return try endTag()
            default: return try startTag()
            }
        }
    }

    private mutating func skipMarked() throws(XMLFault) {
        if starts("<!--") {
            position += 2
            position = try close("-->", "a comment")
        } else if starts("<![CDATA[") {
            if depth == 0 { throw XMLFault("xml.syntax", "text stands outside the root element", at: position) }
            position = try close("]]>", "a CDATA section")
        } else if starts("<!DOCTYPE") || starts("<!doctype") {
            throw XMLFault(
                "xml.doctype", "the document has a DOCTYPE; none is read, have the source leave it out", at: position)
        } else {
            throw XMLFault("xml.syntax", "'<!' begins neither a comment nor a CDATA section", at: position)
        }
    }

    private mutating func startTag() throws(XMLFault) -> Token {
        let start = position
        guard depth > 0 || !hasRoot else {
            throw XMLFault("xml.syntax", "a second root element begins", at: start)
        }
        hasRoot = true
        let name = name(from: start + 1)
        guard !name.isEmpty else { throw XMLFault("xml.syntax", "'<' is followed by no name", at: start) }
        var quote: UInt8 = 0
        var attributes = 0
        var index = name.upperBound
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "<") { throw XMLFault("xml.syntax", "'<' stands inside a tag", at: index) }
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "=") {
                attributes += 1
            } else if byte == UInt8(ascii: ">") {
                break
            }
            index += 1
        }
        guard index < bytes.count else { throw truncated("a tag", at: start) }
        let isEmpty = bytes[index - 1] == UInt8(ascii: "/")
        position = index + 1
        if !isEmpty {
            depth += 1
            if depth <= maxDepth { names.append(name) }
        }
        return .open(XMLTag(range: start..<position, name: name, isEmpty: isEmpty, attributes: attributes))
    }

    private mutating func endTag() throws(XMLFault) -> Token {
        let start = position
        let name = name(from: start + 2)
        var index = name.upperBound
        while index < bytes.count, XMLByte.isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count else { throw truncated("a tag", at: start) }
        guard depth > 0, bytes[index] == UInt8(ascii: ">"), depth > maxDepth || isSame(names.last, name) else {
            throw XMLFault("xml.syntax", "an end tag closes another element than the one that is open", at: start)
        }
        if depth <= maxDepth { names.removeLast() }
        depth -= 1
        position = index + 1
        return .close(end: position)
    }

    private func end() throws(XMLFault) -> Token {
        if depth > 0 { throw truncated("an element", at: names.last?.lowerBound ?? bytes.count) }
        guard hasRoot else {
            throw XMLFault("xml.empty", "there is no XML document; it begins with '<' and has a root element")
        }
        return .end
    }

    /// Outside the root element only white space may stand.
    private func checkText(_ range: Range<Int>) throws(XMLFault) {
        guard depth == 0, let offset = range.first(where: { !XMLByte.isSpace(bytes[$0]) }) else { return }
        if !hasRoot {
            throw XMLFault("xml.empty", "this is no XML document: text stands before any element", at: offset)
        }
        throw XMLFault("xml.syntax", "text stands outside the root element", at: offset)
    }

    private func truncated(_ what: String, at offset: Int) -> XMLFault {
        XMLFault("xml.truncated", "the document ends inside \(what) that begins here", at: offset)
    }

    private func name(from start: Int) -> Range<Int> {
        var index = start
        while index < bytes.count, !XMLByte.endsName(bytes[index]) { index += 1 }
        return start..<index
    }

    private func isSame(_ left: Range<Int>?, _ right: Range<Int>) -> Bool {
        guard let left, left.count == right.count, let base = bytes.baseAddress else { return false }
        return memcmp(base + left.lowerBound, base + right.lowerBound, right.count) == 0
    }

    private func close(_ mark: StaticString, _ what: String) throws(XMLFault) -> Int {
        var start = position + 2
        while let end = find(mark, from: start) {
            let found = end - mark.utf8CodeUnitCount
            if !mindsTrails || mark.utf8Start[0] != UInt8(ascii: "]") || isOwnCharacter(found, from: start) {
                return end
            }
            start = found + 1
        }
        throw truncated(what, at: position)
    }

    /// In GB 18030 and Big5: true when a character begins here, and none ends.
    private func isOwnCharacter(_ index: Int, from start: Int) -> Bool {
        // Bytes below '@' but digits are nobody's part: from there on, characters are counted.
        var place = index
        while place > start, bytes[place - 1] >= 0x40 || (0x30...0x39).contains(bytes[place - 1]) { place -= 1 }
        while place < index { place += characterLength(at: place) }
        return place == index
    }

    private func characterLength(at place: Int) -> Int {
        func byte(_ offset: Int) -> UInt8 { place + offset < bytes.count ? bytes[place + offset] : 0 }
        guard (0x81...0xFE).contains(byte(0)) else { return 1 }
        if byte(1) >= 0x40, byte(1) != 0x7F, byte(1) != 0xFF { return 2 }
        let isOfFour = (0x30...0x39).contains(byte(1)) && byte(2) >= 0x81 && (0x30...0x39).contains(byte(3))
        return isOfFour ? 4 : 1
    }

    private func starts(_ text: StaticString) -> Bool {
        guard let base = bytes.baseAddress, position + text.utf8CodeUnitCount <= bytes.count else { return false }
        return memcmp(base + position, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count else { return nil }
        guard let found = memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// The end of the first occurrence.
    private func find(_ text: StaticString, from start: Int) -> Int? {
        let length = text.utf8CodeUnitCount
        var index = start
        while let found = find(text.utf8Start[0], from: index), found + length <= bytes.count {
            if let base = bytes.baseAddress, memcmp(base + found, text.utf8Start, length) == 0 { return found + length }
            index = found + 1
        }
        return nil
    }
}

/// A start tag, as ranges of the document.
struct XMLTag {
    var range: Range<Int>
    /// With its prefix.
    var name: Range<Int>
    var isEmpty: Bool
    /// How many it has, or a few more.
    var attributes = 0
}

extension XMLTag {
    /// The first tag of an element that was cut out of a document.
    init(firstOf element: Slice<UnsafeBufferPointer<UInt8>>) {
        let start = element.startIndex
        let nameEnd = element.dropFirst().firstIndex(where: XMLByte.endsName) ?? element.endIndex
        var quote: UInt8 = 0
        let end = element[nameEnd...].firstIndex { byte in
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
            return quote == 0 && byte == UInt8(ascii: ">")
        }
        let last = end ?? element.index(before: element.endIndex)
        self.init(
            range: start..<last + 1, name: start + 1..<nameEnd, isEmpty: element[last - 1] == UInt8(ascii: "/"))
    }
}

enum XMLByte {
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "<")
    }
}
