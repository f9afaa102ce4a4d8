internal import CLibXML2

/// The selectors that most mappings are made of, walked without XPath: `.`, `order/no`, `@id`, `order/@id`, `text()`.
struct ChildPath: Sendable {
    private struct Name: Sendable {
        var local: [UInt8]
        /// nil when the namespace does not count, empty for none.
        var uri: [UInt8]?

        func isThat(of node: xmlNodePtr) -> Bool { node.hasName(local) && isNamespace(node.pointee.ns) }

        func isNamespace(_ namespace: UnsafeMutablePointer<xmlNs>?) -> Bool {
            guard let uri else { return true }
            guard let href = namespace?.pointee.href else { return uri.isEmpty }
            return uri.withUnsafeBufferPointer {
                xmlStrncmp(href, $0.baseAddress, Int32($0.count)) == 0 && href[$0.count] == 0
            }
        }
    }

    private enum Last: Sendable {
        case element, text
        case attribute(Name)
    }

    private var names: [Name] = []
    private var last = Last.element

    /// nil when the expression is more than that.
    init?(_ expression: String, _ namespaces: XMLNamespaces) {
        if expression == "." { return }
        var parts = expression.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.last == "text()" {
            last = .text
            parts.removeLast()
        } else if let attribute = parts.last, attribute.hasPrefix("@") {
            guard let name = Self.name(String(attribute.dropFirst()), namespaces) else { return nil }
            last = .attribute(name)
            parts.removeLast()
        }
        for part in parts {
            guard let name = Self.name(part, namespaces) else { return nil }
            names.append(name)
        }
    }

    private static func name(_ text: String, _ namespaces: XMLNamespaces) -> Name? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let local = parts.last, parts.allSatisfy(XPathWords.isName) else { return nil }
        if parts.count == 1 { return Name(local: Array(local.utf8), uri: namespaces.uris == nil ? nil : []) }
        guard let uri = namespaces.uris?[parts[0]] else { return nil }
        return Name(local: Array(local.utf8), uri: Array(uri.utf8))
    }

    func nodes(from node: xmlNodePtr) -> [xmlNodePtr] {
        var found: [xmlNodePtr] = []
        collect(names[...], node, &found)
        return found
    }

    private func collect(_ names: ArraySlice<Name>, _ node: xmlNodePtr, _ found: inout [xmlNodePtr]) {
        guard let name = names.first else {
            switch last {
            case .element: found.append(node)
            case .text: Self.each(node.pointee.children) { if $0.pointee.type == XML_TEXT_NODE { found.append($0) } }
            case .attribute(let name): attribute(name, of: node).map { found.append($0) }
            }
            return
        }
        guard node.hasChildren else { return }
        Self.each(node.pointee.children) { child in
            if child.isElement, name.isThat(of: child) { collect(names.dropFirst(), child, &found) }
        }
    }

    private func attribute(_ name: Name, of node: xmlNodePtr) -> xmlNodePtr? {
        var next = node.isElement ? node.pointee.properties : nil
        while let attribute = next {
            let found = UnsafeMutableRawPointer(attribute).assumingMemoryBound(to: xmlNode.self)
            if found.hasName(name.local), name.isNamespace(attribute.pointee.ns) { return found }
            next = attribute.pointee.next
        }
        return nil
    }

    private static func each(_ first: xmlNodePtr?, _ body: (xmlNodePtr) -> Void) {
        var next = first
        while let node = next {
            body(node)
            next = node.pointee.next
        }
    }
}

extension xmlNodePtr {
    fileprivate var hasChildren: Bool {
        pointee.type == XML_ELEMENT_NODE || pointee.type == XML_DOCUMENT_NODE
    }
}
