internal import CLibXML2

/// One document of libxml2, freed with its last user. It stays on the thread that read it: it shares a dictionary of
/// names with its parser.
public final class XMLTree {
    let document: xmlDocPtr
    /// Bytes of what it was read from.
    let size: Int

    init(_ document: xmlDocPtr, size: Int) {
        self.document = document
        self.size = size
    }

    deinit {
        xmlFreeDoc(document)
    }

    var root: xmlNodePtr? { xmlDocGetRootElement(document) }

    /// What a path starts from that does not start from an element.
    var documentNode: xmlNodePtr {
        UnsafeMutableRawPointer(document).assumingMemoryBound(to: xmlNode.self)
    }

    /// Takes elements and attributes out of their namespaces, so that XPath finds them by name alone.
    public func forgetNamespaces() {
        var next = root
        while let node = next {
            if node.pointee.type == XML_ELEMENT_NODE {
                node.pointee.ns = nil
                var attribute = node.pointee.properties
                while let current = attribute {
                    current.pointee.ns = nil
                    attribute = current.pointee.next
                }
            }
            next = node.following
        }
    }
}

extension xmlNodePtr {
    /// The next node in the order of the document, without recursion.
    var following: xmlNodePtr? {
        if let child = pointee.children, pointee.type == XML_ELEMENT_NODE { return child }
        var node = self
        while true {
            if let next = node.pointee.next { return next }
            guard let parent = node.pointee.parent, parent.pointee.type == XML_ELEMENT_NODE else { return nil }
            node = parent
        }
    }

    var isElement: Bool { pointee.type == XML_ELEMENT_NODE }

    var hasElements: Bool {
        var child = pointee.children
        while let current = child {
            if current.isElement { return true }
            child = current.pointee.next
        }
        return false
    }

    /// The text in it, of an element all of it.
    var text: String {
        // Most elements hold one text.
        if let only = pointee.children, isElement, only.pointee.next == nil, only.pointee.type == XML_TEXT_NODE {
            return only.pointee.content.map { String(cString: $0) } ?? ""
        }
        if isElement, pointee.children == nil { return "" }
        guard let content = xmlNodeGetContent(self) else { return "" }
        defer { sluice_xml_free(content) }
        return String(cString: content)
    }

    /// The element as XML.
    var xml: String {
        guard let buffer = xmlBufferCreate() else { return "" }
        defer { xmlBufferFree(buffer) }
        guard xmlNodeDump(buffer, pointee.doc, self, 0, 0) >= 0, let content = xmlBufferContent(buffer) else {
            return ""
        }
        return String(cString: content)
    }

    /// `xsi:nil="true"`.
    var isNil: Bool {
        var attribute = pointee.type == XML_ELEMENT_NODE ? pointee.properties : nil
        while let current = attribute {
            if String(cString: current.pointee.name) == "nil" {
                let value = current.pointee.children?.pointee.content.map { String(cString: $0) }
                return value == "true" || value == "1"
            }
            attribute = current.pointee.next
        }
        return false
    }

    func hasName(_ name: [UInt8]) -> Bool {
        guard let own = pointee.name else { return false }
        return name.withUnsafeBufferPointer {
            xmlStrncmp(own, $0.baseAddress, Int32($0.count)) == 0 && own[$0.count] == 0
        }
    }
}
