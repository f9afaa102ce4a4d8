internal import CLibXML2

/// An XPath 1.0 expression, compiled once. One evaluation may do so much work and no more.
public struct XPath: Sendable, CustomStringConvertible {
    public let text: String
    let namespaces: XMLNamespaces
    private let program: Program

    private enum Program: Sendable {
        case children(ChildPath)
        case expression(XPathPool)
    }

    /// What an expression gives.
    enum Result {
        /// In the order of the document.
        case nodes([xmlNodePtr])
        case text(String)
        case number(String)
        case boolean(Bool)
    }

    /// Steps of libxml2, about one for a node looked at: what a document of any size may take, and more for each byte.
    static let baseSteps = 100_000
    static let stepsPerByte = 5

    /// - Throws: `SelectorError`: `xpath.syntax`, `xpath.prefix` or `xpath.function`.
    public init(_ text: String, _ namespaces: XMLNamespaces) throws(SelectorError) {
        self.text = text
        self.namespaces = namespaces
        let trimmed = text.trimmingSpaces
        guard !trimmed.isEmpty else {
            throw SelectorError("xpath.syntax", "the expression is empty; write an element's name, or '.'")
        }
        var words = XPathWords(text)
        try words.check(namespaces)
        if let path = ChildPath(trimmed, namespaces) {
            program = .children(path)
        } else {
            program = .expression(try XPathPool(text, namespaces))
        }
    }

    public var description: String { text }

    /// - Throws: `XMLFault` with code `xpath.limit` or `xpath.failed`.
    func evaluate(from node: xmlNodePtr, in tree: XMLTree) throws(XMLFault) -> Result {
        switch program {
        case .children(let path): return .nodes(path.nodes(from: node))
        case .expression(let pool):
            let machine: XPathMachine
            do throws(SelectorError) {
                machine = try pool.take()
            } catch {
                throw XMLFault("xpath.failed", error.reason)
            }
            defer { pool.put(back: machine) }
            return try Self.run(machine, node, tree)
        }
    }

    private static func run(_ machine: XPathMachine, _ node: xmlNodePtr, _ tree: XMLTree) throws(XMLFault) -> Result {
        let context = machine.context
        context.pointee.doc = tree.document
        context.pointee.node = node
        context.pointee.opLimit = UInt(baseSteps + stepsPerByte * tree.size)
        context.pointee.opCount = 0
        machine.note.pointee = sluice_xml_note()
        let found = xmlXPathCompiledEval(machine.expression, context)
        defer { xmlXPathFreeObject(found) }
        let code = machine.note.pointee.code - Int32(XML_XPATH_EXPRESSION_OK.rawValue)
        guard let found, machine.note.pointee.code == 0 else {
            if code == Int32(XPATH_OP_LIMIT_EXCEEDED.rawValue) || code == Int32(XPATH_RECURSION_LIMIT_EXCEEDED.rawValue)
            {
                throw XMLFault(
                    "xpath.limit",
                    "the expression looked at too much for what was sent; name what is wanted instead of '//'")
            }
            throw XMLFault("xpath.failed", "the expression cannot be evaluated (\(code))")
        }
        return result(found)
    }

    private static func result(_ found: xmlXPathObjectPtr) -> Result {
        switch found.pointee.type {
        case XPATH_BOOLEAN: return .boolean(found.pointee.boolval != 0)
        case XPATH_NUMBER: return .number(text(xmlXPathCastToString(found)))
        case XPATH_STRING: return .text(found.pointee.stringval.map { String(cString: $0) } ?? "")
        default: break
        }
        guard let set = found.pointee.nodesetval else { return .nodes([]) }
        xmlXPathNodeSetSort(set)
        var nodes: [xmlNodePtr] = []
        for index in 0..<Int(set.pointee.nodeNr) {
            // Namespace nodes belong to the result and go with it.
            if let node = set.pointee.nodeTab[index], node.pointee.type != XML_NAMESPACE_DECL { nodes.append(node) }
        }
        return .nodes(nodes)
    }

    private static func text(_ owned: UnsafeMutablePointer<xmlChar>?) -> String {
        guard let owned else { return "" }
        defer { sluice_xml_free(owned) }
        return String(cString: owned)
    }
}

extension XPath {
    /// What the expression finds in a document; paths may begin at its root.
    /// - Throws: `XMLFault`.
    public func value(in tree: XMLTree) throws(XMLFault) -> SelectedValue {
        try evaluate(from: tree.documentNode, in: tree).selected
    }

    func value(from node: xmlNodePtr, in tree: XMLTree) throws(XMLFault) -> SelectedValue {
        try evaluate(from: node, in: tree).selected
    }
}

extension XPath.Result {
    /// One node is its value, several are a list; a number that is none is no value.
    var selected: SelectedValue {
        switch self {
        case .text(let text): return .text(text)
        case .number(let spelling): return spelling == "NaN" ? .missing : .number(spelling)
        case .boolean(let flag): return .boolean(flag)
        case .nodes(let nodes):
            if nodes.isEmpty { return .missing }
            return nodes.count == 1 ? nodes[0].selected : .list(nodes.map(\.selected))
        }
    }
}

extension xmlNodePtr {
    /// An element that holds elements is a structure; any other node is its text.
    fileprivate var selected: SelectedValue {
        if pointee.type == XML_DOCUMENT_NODE {
            return xmlDocGetRootElement(UnsafeMutableRawPointer(self).assumingMemoryBound(to: xmlDoc.self))?.selected
                ?? .missing
        }
        if isNil { return .null }
        return hasElements && isElement ? .structure(xml) : .text(text)
    }
}
