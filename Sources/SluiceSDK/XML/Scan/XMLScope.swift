/// The namespace declarations that hold at one place of a document, innermost first.
struct XMLScope {
    struct Declaration {
        /// Empty for the default namespace.
        var prefix: [UInt8]
        /// As it stands in the document, with its quotes.
        var quoted: [UInt8]
    }

    private(set) var declarations: [Declaration] = []

    /// With the declarations of a start tag; nil when it has none.
    /// - Throws: `XMLFault` when there are too many: every record carries them.
    func adding(_ tag: XMLTag, in bytes: UnsafeBufferPointer<UInt8>) throws(XMLFault) -> XMLScope? {
        if tag.attributes == 0 { return nil }
        let own = Self.declarations(of: tag, in: bytes)
        guard !own.isEmpty else { return nil }
        var copy = XMLScope()
        guard own.count <= XMLFault.maxDeclarations else { throw Self.tooMany(at: tag.range.lowerBound) }
        copy.declarations = own + declarations.filter { old in !own.contains { $0.prefix == old.prefix } }
        guard copy.declarations.count <= XMLFault.maxDeclarations else { throw Self.tooMany(at: tag.range.lowerBound) }
        return copy
    }

    private static func tooMany(at offset: Int) -> XMLFault {
        XMLFault(
            "xml.namespaces", "more than \(XMLFault.maxDeclarations) namespace declarations hold at one place",
            at: offset)
    }

    /// The namespace that a prefix stands for; nil when it stands for none.
    func uri(of prefix: some Collection<UInt8>) -> String? {
        guard let found = declarations.first(where: { $0.prefix.elementsEqual(prefix) }) else { return nil }
        let inside = found.quoted.dropFirst().dropLast()
        guard !inside.isEmpty else { return nil }
        return (try? XMLText.decoded(inside)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// ` xmlns:a="…"` for everything that a start tag does not declare itself, as it can stand behind its name.
    func text(besides tag: XMLTag, in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        if declarations.isEmpty { return [] }
        let own = Self.declarations(of: tag, in: bytes)
        var out: [UInt8] = []
        let order = declarations.sorted { $0.prefix.lexicographicallyPrecedes($1.prefix) }
        for declaration in order where !own.contains(where: { $0.prefix == declaration.prefix }) {
            out += Array(" xmlns".utf8)
            if !declaration.prefix.isEmpty { out += [UInt8(ascii: ":")] + declaration.prefix }
            out += [UInt8(ascii: "=")] + declaration.quoted
        }
        return out
    }

    private static func declarations(of tag: XMLTag, in bytes: UnsafeBufferPointer<UInt8>) -> [Declaration] {
        let name = Array("xmlns".utf8)
        var found: [Declaration] = []
        var index = tag.name.upperBound
        let end = tag.range.upperBound
        while index < end {
            while index < end, XMLByte.isSpace(bytes[index]) { index += 1 }
            let start = index
            while index < end, bytes[index] != UInt8(ascii: "="), !XMLByte.endsName(bytes[index]) { index += 1 }
            let attribute = bytes[start..<index]
            guard let value = value(in: bytes, from: &index, to: end) else {
                index = max(index, start + 1)
                continue
            }
            if attribute.starts(with: name), attribute.count == name.count {
                found.append(Declaration(prefix: [], quoted: Array(value)))
            } else if attribute.starts(with: name), attribute[start + name.count] == UInt8(ascii: ":") {
                let prefix = attribute.dropFirst(name.count + 1)
                found.append(Declaration(prefix: Array(prefix), quoted: Array(value)))
            }
        }
        return found
    }

    /// `= "…"` from here on, the quotes included.
    private static func value(
        in bytes: UnsafeBufferPointer<UInt8>, from index: inout Int, to end: Int
    ) -> Slice<UnsafeBufferPointer<UInt8>>? {
        var next = index
        while next < end, XMLByte.isSpace(bytes[next]) { next += 1 }
        guard next < end, bytes[next] == UInt8(ascii: "=") else { return nil }
        next += 1
        while next < end, XMLByte.isSpace(bytes[next]) { next += 1 }
        guard next < end, bytes[next] == UInt8(ascii: "\"") || bytes[next] == UInt8(ascii: "'") else { return nil }
        let start = next
        next += 1
        while next < end, bytes[next] != bytes[start] { next += 1 }
        guard next < end else { return nil }
        index = next + 1
        return bytes[start...next]
    }
}
