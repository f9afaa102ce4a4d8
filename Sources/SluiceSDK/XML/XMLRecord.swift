internal import CLibXML2

/// An element as a record: what the format `xml` hands over. Selectors are XPath 1.0 and start from it.
public struct XMLRecord: Record {
    private let tree: XMLTree
    private let node: xmlNodePtr
    /// nil for a part of a record.
    private let own: [UInt8]?

    /// - Parameters:
    ///   - tree: a document whose root element is the record.
    ///   - bytes: the record's own bytes.
    public init(_ tree: XMLTree, bytes: [UInt8], _ namespaces: XMLNamespaces) {
        if namespaces == .ignored { tree.forgetNamespaces() }
        self.init(tree, tree.root ?? tree.documentNode, own: bytes)
    }

    private init(_ tree: XMLTree, _ node: xmlNodePtr, own: [UInt8]?) {
        self.tree = tree
        self.node = node
        self.own = own
    }

    public func select(_ selector: Selector) throws -> SelectedValue {
        guard let path = selector.program as? XPath else { return .missing }
        return try evaluate(path).selected
    }

    public func children(_ selector: Selector) throws -> [any Record] {
        guard let path = selector.program as? XPath, case .nodes(let nodes) = try evaluate(path) else { return [] }
        return nodes.map { XMLRecord(tree, $0, own: nil) }
    }

    public func bytes() -> [UInt8] { own ?? Array(node.xml.utf8) }

    /// Whether a test holds: `self::node()[…]` finds the record.
    /// - Throws: `RecordFault`.
    public func passes(_ test: XPath) throws(RecordFault) -> Bool {
        if case .nodes(let nodes) = try evaluate(test) { return !nodes.isEmpty }
        return false
    }

    private func evaluate(_ path: XPath) throws(RecordFault) -> XPath.Result {
        do throws(XMLFault) {
            return try path.evaluate(from: node, in: tree)
        } catch {
            throw RecordFault(.map, error.code, error.reason, selector: path.text)
        }
    }
}
