internal import CLibXML2

/// One parser of libxml2, used again for document after document on one thread.
///
/// It reads UTF-8 that `XMLScanner` has passed: no DOCTYPE, bounded depth, bounded size. So no entity can be declared,
/// and there is nothing that it could be asked to fetch.
public final class XMLParser {
    private let context: xmlParserCtxtPtr
    private let note: UnsafeMutablePointer<sluice_xml_note>

    private static let options = Int32(
        XML_PARSE_NONET.rawValue | XML_PARSE_NOCDATA.rawValue | XML_PARSE_COMPACT.rawValue
            | XML_PARSE_IGNORE_ENC.rawValue)

    /// libxml2 wants to be initialized once, before threads use it.
    static let isReady: Bool = {
        xmlInitParser()
        return true
    }()

    /// - Throws: `XMLFault` when there is no memory for it.
    public init() throws(XMLFault) {
        _ = Self.isReady
        guard let context = xmlNewParserCtxt() else { throw XMLFault("xml.memory", "there is no memory for a parser") }
        self.context = context
        note = .allocate(capacity: 1)
        note.initialize(to: sluice_xml_note())
        sluice_xml_watch_parser(context, note)
    }

    deinit {
        xmlFreeParserCtxt(context)
        note.deallocate()
    }

    /// A whole document: counted first, because a tree takes thirty times the bytes of a document made of empty tags.
    /// - Throws: `XMLFault`.
    public static func document(_ text: CharsetText, maxDepth: Int) throws(XMLFault) -> XMLTree {
        if let fault = text.fault { throw XMLFault("charset.invalid", fault.reason, at: fault.offset) }
        return try text.bytes.withUnsafeBufferPointer { (bytes) throws(XMLFault) in
            let start: Int
            do throws(XMLFault) {
                start = try check(bytes, maxDepth)
            } catch {
                throw error.placed(in: bytes)
            }
            let line = 1 + LineCounter.breaks(in: bytes, 0..<start)
            return try XMLParser().tree(UnsafeBufferPointer(rebasing: bytes[start...]), line: line)
        }
    }

    /// Elements of one document that is built as a whole.
    static let maxElements = 500_000

    /// - Returns: where the document begins, behind its declaration.
    private static func check(_ bytes: UnsafeBufferPointer<UInt8>, _ maxDepth: Int) throws(XMLFault) -> Int {
        var scanner = XMLScanner(bytes, maxDepth: maxDepth)
        var elements = 0
        while true {
            switch try scanner.next() {
            case .end: return scanner.declarationEnd
            case .close: continue
            case .open(let tag):
                elements += 1
                if scanner.isTooDeep { throw .tooDeep(maxDepth, at: tag.range.lowerBound) }
                if tag.attributes > XMLFault.maxAttributes { throw .tooManyAttributes(at: tag.range.lowerBound) }
                if elements > maxElements {
                    throw XMLFault("xml.elements", "the document has more than \(maxElements) elements")
                }
            }
        }
    }

    /// One record, which `XMLOutline` has cut out of its document.
    /// - Throws: `XMLFault`.
    public func record(_ bytes: [UInt8]) throws(XMLFault) -> XMLTree {
        try bytes.withUnsafeBufferPointer { (buffer) throws(XMLFault) in try tree(buffer, line: 1) }
    }

    private func tree(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) throws(XMLFault) -> XMLTree {
        // libxml2 takes it for the end.
        if let zero = bytes.firstIndex(of: 0) {
            var counter = LineCounter()
            var fault = Self.controlCharacter
            fault.line = counter.position(of: zero, in: bytes).line + line - 1
            throw fault
        }
        note.pointee = sluice_xml_note()
        let document = bytes.withMemoryRebound(to: CChar.self) {
            xmlCtxtReadMemory(context, $0.baseAddress, Int32(clamping: $0.count), nil, "UTF-8", Self.options)
        }
        if note.pointee.code == 0, let document { return XMLTree(document, size: bytes.count) }
        if let document { xmlFreeDoc(document) }
        throw Self.fault(note.pointee, line: line)
    }

    /// Reads a document without keeping any of it.
    /// - Throws: `XMLFault`; only its line is known.
    static func check(_ bytes: [UInt8], line: Int) throws(XMLFault) {
        _ = isReady
        let note = UnsafeMutablePointer<sluice_xml_note>.allocate(capacity: 1)
        note.initialize(to: sluice_xml_note())
        defer { note.deallocate() }
        let isRead = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                guard
                    let reader = xmlReaderForMemory(
                        text.baseAddress, Int32(clamping: text.count), nil, "UTF-8", Self.options)
                else { return false }
                defer { xmlFreeTextReader(reader) }
                sluice_xml_watch_reader(reader, note)
                while note.pointee.code == 0 {
                    let step = xmlTextReaderRead(reader)
                    if step != 1 { return step == 0 }
                }
                return false
            }
        }
        guard !isRead || note.pointee.code != 0 else { return }
        var fault = Self.fault(note.pointee, line: line)
        fault.column = nil
        throw fault
    }

    private static let controlCharacter = XMLFault(
        "xml.character", "a control character stands here, which XML has none of")

    private static func fault(_ note: sluice_xml_note, line: Int) -> XMLFault {
        var (code, reason) = ("xml.syntax", "the document is not well-formed")
        switch UInt32(bitPattern: note.code) {
        case _ where note.is_reference != 0, XML_ERR_UNDECLARED_ENTITY.rawValue, XML_WAR_UNDECLARED_ENTITY.rawValue,
            XML_ERR_ENTITYREF_SEMICOL_MISSING.rawValue:
            (code, reason) = ("xml.entity", "'&' begins none of the five entities and no character reference")
        case XML_ERR_INVALID_CHAR.rawValue:
            (code, reason) = (controlCharacter.code, controlCharacter.reason)
        case XML_ERR_INVALID_ENCODING.rawValue:
            (code, reason) = ("charset.invalid", "bytes stand here that are no text")
        case XML_ERR_ATTRIBUTE_REDEFINED.rawValue, XML_NS_ERR_ATTRIBUTE_REDEFINED.rawValue:
            (code, reason) = ("xml.attribute", "an attribute stands twice in a tag")
        case XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue:
            (code, reason) = ("xml.prefix", "a prefix is used that is declared nowhere around it")
        default: break
        }
        var fault = XMLFault(code, reason)
        fault.line = Int(note.line) + line - 1
        fault.column = note.column > 0 ? Int(note.column) : nil
        return fault
    }
}
