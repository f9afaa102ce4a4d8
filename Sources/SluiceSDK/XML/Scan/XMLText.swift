/// The text inside an element, read by hand: a document packed in another is as large as the message, more than a text
/// of libxml2 may be.
enum XMLText {
    /// - Parameter content: what stands between an element's tags.
    /// - Returns: nil when elements stand there.
    /// - Throws: `XMLFault` with code `xml.entity`.
    static func content(_ content: Slice<UnsafeBufferPointer<UInt8>>) throws(XMLFault) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(content.count)
        var rest = content
        while let mark = rest.firstIndex(of: UInt8(ascii: "<")) {
            out += try decoded(rest[..<mark])
            rest = rest[mark...]
            if rest.starts(with: Array("<![CDATA[".utf8)) {
                let inside = rest.dropFirst(9)
                guard let end = find("]]>", in: inside) else { return nil }
                out += inside[..<end]
                rest = inside[(end + 3)...]
            } else if rest.starts(with: Array("<!--".utf8)), let end = find("-->", in: rest.dropFirst(4)) {
                rest = rest[(end + 3)...]
            } else if rest.starts(with: Array("<?".utf8)), let end = find("?>", in: rest.dropFirst(2)) {
                rest = rest[(end + 2)...]
            } else {
                return nil
            }
        }
        out += try decoded(rest)
        return out
    }

    /// The five entities and character references as what they stand for.
    static func decoded(_ text: some BidirectionalCollection<UInt8>) throws(XMLFault) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == UInt8(ascii: "&") else {
                out.append(text[index])
                index = text.index(after: index)
                continue
            }
            // The longest reference is that of U+10FFFF with leading zeros; a dozen characters are plenty.
            let name = text[index...].dropFirst().prefix(12)
            guard let end = name.firstIndex(of: UInt8(ascii: ";")),
                let scalar = scalar(String(decoding: name[..<end], as: UTF8.self))
            else {
                throw XMLFault("xml.entity", "'&' begins none of the five entities and no character reference")
            }
            out += Array(String(Character(scalar)).utf8)
            index = text.index(after: end)
        }
        return out
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.first == "#" else { return nil }
        let digits = name.dropFirst()
        let number = digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        guard let number, number >= 0x20 || [0x09, 0x0A, 0x0D].contains(number), number & 0xFFFE != 0xFFFE else {
            return nil
        }
        return Unicode.Scalar(number)
    }

    private static func find(_ text: StaticString, in slice: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var rest = slice
        while let first = rest.firstIndex(of: wanted[0]) {
            rest = rest[first...]
            if rest.starts(with: wanted) { return first }
            rest = rest.dropFirst()
        }
        return nil
    }
}
