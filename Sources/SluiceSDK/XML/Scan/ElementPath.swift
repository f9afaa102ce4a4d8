/// A path to elements that can be followed while a document streams by: `/orders/order`, `//order`,
/// `/soap:Envelope/soap:Body/*/row`. A test in `[…]` may stand behind the last name; it looks at the element alone.
public struct ElementPath: Sendable {
    struct Step: Sendable {
        /// Anywhere below, not only directly.
        var isDeep: Bool
        /// nil for `*`.
        var name: [UInt8]?
        /// nil when the namespace does not count, "" for none.
        var uri: String?
    }

    public let text: String
    let steps: [Step]
    /// Of what the path finds, only what passes is meant.
    public let test: XPath?

    /// - Throws: `SelectorError`.
    public init(_ text: String, _ namespaces: XMLNamespaces) throws(SelectorError) {
        self.text = text
        let (path, test) = Self.split(text)
        var steps: [Step] = []
        var rest = path[...]
        if !rest.hasPrefix("/") { rest = "/" + rest }
        while !rest.isEmpty {
            let isDeep = rest.hasPrefix("//")
            rest = rest.dropFirst(isDeep ? 2 : 1)
            let name = rest.prefix { $0 != "/" }
            steps.append(try Self.step(String(name), isDeep: isDeep, namespaces, in: text))
            rest = rest.dropFirst(name.count)
        }
        guard steps.count < 64 else { throw SelectorError("xml.path", "the path has more than 63 names") }
        self.steps = steps
        self.test = try test.map { (test) throws(SelectorError) in try Self.test(test, namespaces) }
    }

    private static func split(_ text: String) -> (path: String, test: String?) {
        let trimmed = text.trimmingSpaces
        guard let bracket = trimmed.firstIndex(of: "[") else { return (trimmed, nil) }
        return (String(trimmed[..<bracket]), String(trimmed[bracket...]))
    }

    private static func step(
        _ name: String, isDeep: Bool, _ namespaces: XMLNamespaces, in text: String
    ) throws(SelectorError) -> Step {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let local = parts.last, local == "*" || XPathWords.isName(local),
            parts.count == 1 || XPathWords.isName(parts[0])
        else {
            throw SelectorError(
                "xml.path",
                "'\(text)' is not a path of element names; write /orders/order or //order, and a test in […] behind "
                    + "the last name only")
        }
        var uri: String?
        if parts.count == 2 {
            uri = try namespaces.uri(of: parts[0], at: 0)
        } else if namespaces.uris != nil, local != "*" {
            uri = ""
        }
        return Step(isDeep: isDeep, name: local == "*" ? nil : Array(local.utf8), uri: uri)
    }

    private static func test(_ text: String, _ namespaces: XMLNamespaces) throws(SelectorError) -> XPath {
        let words = text.filter { !$0.isWhitespace }
        let isPosition =
            words.contains("position()") || words.contains("last()")
            || words.dropFirst().dropLast().allSatisfy(\.isNumber)
        guard text.hasSuffix("]"), !isPosition else {
            throw SelectorError(
                "xml.path", "the test looks at one element by itself: no positions, and nothing behind the ']'")
        }
        return try XPath("self::node()" + text, namespaces)
    }

    /// Which beginnings of the path end at an element: bit n when its first n names do.
    /// - Parameter outer: the same for its parent; 1 for the document itself.
    func advance(_ outer: UInt64, name: Slice<UnsafeBufferPointer<UInt8>>, uri: () -> String?) -> UInt64 {
        var states: UInt64 = 0
        var namespace: String??
        for (index, step) in steps.enumerated() where outer & (1 << UInt64(index)) != 0 {
            if step.isDeep { states |= 1 << UInt64(index) }
            if let wanted = step.name, !wanted.elementsEqual(name) { continue }
            if let wanted = step.uri {
                let found = namespace ?? uri()
                namespace = .some(found)
                if (found ?? "") != wanted { continue }
            }
            states |= 1 << UInt64(index + 1)
        }
        return states
    }

    func isComplete(_ states: UInt64) -> Bool { states & (1 << UInt64(steps.count)) != 0 }

    /// True for the element (or the document) that holds what is looked for.
    func isLast(_ states: UInt64) -> Bool { states & (1 << UInt64(steps.count - 1)) != 0 }
}

extension String {
    var trimmingSpaces: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
