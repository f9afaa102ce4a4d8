internal import CLibXML2
internal import Synchronization

/// One compiled expression with the context it runs in. Neither is made for two threads.
///
/// `@unchecked Sendable`: `XPathPool` lends it to one evaluation at a time.
final class XPathMachine: @unchecked Sendable {
    let context: xmlXPathContextPtr
    let expression: xmlXPathCompExprPtr
    let note: UnsafeMutablePointer<sluice_xml_note>

    /// - Throws: `SelectorError`.
    init(_ text: String, _ namespaces: XMLNamespaces) throws(SelectorError) {
        _ = XMLParser.isReady
        guard let context = xmlXPathNewContext(nil) else {
            throw SelectorError("xpath.syntax", "there is no memory for the expression")
        }
        note = .allocate(capacity: 1)
        note.initialize(to: sluice_xml_note())
        sluice_xml_watch_xpath(context, note)
        for (prefix, uri) in namespaces.uris ?? [:] { xmlXPathRegisterNs(context, prefix, uri) }
        guard let expression = xmlXPathCtxtCompile(context, text) else {
            let offset = Int(note.pointee.offset)
            xmlXPathFreeContext(context)
            note.deallocate()
            throw SelectorError(
                "xpath.syntax", "'\(text)' is not XPath 1.0, from character \(offset + 1) on", offset: offset)
        }
        self.context = context
        self.expression = expression
    }

    deinit {
        xmlXPathFreeCompExpr(expression)
        xmlXPathFreeContext(context)
        note.deallocate()
    }
}

/// The machines of one expression: as many as have run at once.
final class XPathPool: Sendable {
    private let text: String
    private let namespaces: XMLNamespaces
    private let idle: Mutex<[XPathMachine]>

    /// - Throws: `SelectorError`.
    init(_ text: String, _ namespaces: XMLNamespaces) throws(SelectorError) {
        self.text = text
        self.namespaces = namespaces
        idle = Mutex([try XPathMachine(text, namespaces)])
    }

    func take() throws(SelectorError) -> XPathMachine {
        if let machine = idle.withLock({ $0.popLast() }) { return machine }
        return try XPathMachine(text, namespaces)
    }

    func put(back machine: XPathMachine) {
        machine.context.pointee.doc = nil
        machine.context.pointee.node = nil
        idle.withLock { $0.append(machine) }
    }
}
