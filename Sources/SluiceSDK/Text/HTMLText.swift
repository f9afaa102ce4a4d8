internal import CLibXML2

/// HTML as people read it: paragraphs and line breaks become lines, scripts and styles go.
public enum HTMLText {
    /// Text without a tag or an entity comes back as it is.
    public static func readable(_ html: String) -> String {
        guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else { return html }
        let bytes = Array(html.utf8)
        let options = Int32(
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
                | HTML_PARSE_NONET.rawValue | HTML_PARSE_NODEFDTD.rawValue)
        let document = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                htmlReadMemory($0.baseAddress, Int32(clamping: $0.count), nil, "UTF-8", options)
            }
        }
        guard let document else { return html }
        defer { xmlFreeDoc(document) }
        var writer = Writer()
        walk(xmlDocGetRootElement(document), &writer)
        return writer.text
    }

    /// Without recursion: nesting is the sender's choice, the stack is not.
    private static func walk(_ root: xmlNodePtr?, _ writer: inout Writer) {
        var current = root
        while let node = current {
            if let child = enter(node, &writer) {
                current = child
                continue
            }
            var done: xmlNodePtr? = node
            current = nil
            while let leaving = done {
                leave(leaving, &writer)
                if leaving == root { return }
                if let next = leaving.pointee.next {
                    current = next
                    break
                }
                done = leaving.pointee.parent
            }
        }
    }

    /// - Returns: the first child to go on with.
    private static func enter(_ node: xmlNodePtr, _ writer: inout Writer) -> xmlNodePtr? {
        switch node.pointee.type {
        case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
            if let content = node.pointee.content { writer.write(String(cString: content)) }
            return nil
        case XML_ELEMENT_NODE:
            let name = node.pointee.name.map { String(cString: $0) } ?? ""
            if hidden.contains(name) { return nil }
            if name == "br" || blocks.contains(name) { writer.breakLine(always: name == "br") }
            if name == "li" { writer.write("- ") }
            return node.pointee.children
        default: return nil
        }
    }

    private static func leave(_ node: xmlNodePtr, _ writer: inout Writer) {
        guard node.pointee.type == XML_ELEMENT_NODE, let name = node.pointee.name.map({ String(cString: $0) }) else {
            return
        }
        if blocks.contains(name) { writer.breakLine(always: false) }
        if name == "td" || name == "th" { writer.write(" ") }
    }

    private static let hidden: Set<String> = ["script", "style", "head", "title", "template", "noscript"]
    private static let blocks: Set<String> = [
        "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr",
        "section", "article", "header", "footer", "dl", "dt", "dd", "body",
    ]

    /// White space between words is one space, and none at the ends of lines.
    private struct Writer {
        private var out = String.UnicodeScalarView()
        private var awaitsSpace = false

        var text: String { String(out) }

        mutating func write(_ text: String) {
            for scalar in text.unicodeScalars {
                if scalar == "\u{A0}" || scalar == "\u{3000}" || scalar.properties.isWhitespace {
                    awaitsSpace = true
                    continue
                }
                if awaitsSpace, let last = out.last, last != "\n" { out.append(" ") }
                awaitsSpace = false
                out.append(scalar)
            }
        }

        mutating func breakLine(always: Bool) {
            awaitsSpace = false
            if always || (!out.isEmpty && out.last != "\n") { out.append("\n") }
        }
    }
}
