/// What an XPath expression names, looked at before it is compiled: libxml2 finds unknown prefixes, functions and
/// variables only when a record has brought it there.
struct XPathWords {
    /// The 26 functions of XPath 1.0 but `id`, which needs a DOCTYPE, and the four node tests that look like functions.
    static let functions: Set<String> = [
        "last", "position", "count", "local-name", "namespace-uri", "name", "string", "concat", "starts-with",
        "contains", "substring-before", "substring-after", "substring", "string-length", "normalize-space", "translate",
        "boolean", "not", "true", "false", "lang", "number", "sum", "floor", "ceiling", "round", "comment", "text",
        "processing-instruction", "node",
    ]

    private let scalars: [Unicode.Scalar]
    private var index = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// - Throws: `SelectorError` for what stands for nothing here.
    mutating func check(_ namespaces: XMLNamespaces) throws(SelectorError) {
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\"" || scalar == "'" {
                try skipLiteral(scalar)
            } else if scalar == "$" {
                throw SelectorError("xpath.syntax", "there are no variables; write the value itself", offset: index)
            } else if Self.beginsName(scalar) {
                try checkName(namespaces)
            } else {
                index += 1
            }
        }
    }

    private mutating func skipLiteral(_ quote: Unicode.Scalar) throws(SelectorError) {
        let start = index
        index += 1
        while index < scalars.count, scalars[index] != quote { index += 1 }
        guard index < scalars.count else {
            throw SelectorError("xpath.syntax", "the quote is not closed", offset: start)
        }
        index += 1
    }

    private mutating func checkName(_ namespaces: XMLNamespaces) throws(SelectorError) {
        let start = index
        let name = takeName()
        if peek(":"), !peek(":", 1) {
            _ = try namespaces.uri(of: name, at: start)
            index += 1
            if index < scalars.count, Self.beginsName(scalars[index]) { _ = takeName() }
            return
        }
        if peek(":") {
            index += 2
            return
        }
        let end = index
        while index < scalars.count, scalars[index].properties.isWhitespace { index += 1 }
        guard peek("("), !Self.functions.contains(name) else { return }
        // Between two operands these are operators: (a) and (b).
        if ["and", "or", "div", "mod"].contains(name), start > 0 { return }
        let near = NearestName.of(name, among: Self.functions.sorted()).map { "; did you mean '\($0)'?" } ?? ""
        index = end
        throw SelectorError("xpath.function", "XPath 1.0 has no function '\(name)'" + near, offset: start)
    }

    private mutating func takeName() -> String {
        var name = String.UnicodeScalarView()
        while index < scalars.count, Self.continuesName(scalars[index]) {
            name.append(scalars[index])
            index += 1
        }
        return String(name)
    }

    private func peek(_ scalar: Unicode.Scalar, _ ahead: Int = 0) -> Bool {
        index + ahead < scalars.count && scalars[index + ahead] == scalar
    }

    /// An XML name without a colon.
    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, beginsName(first) else { return false }
        return text.unicodeScalars.allSatisfy(continuesName)
    }

    private static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isXIDStart
    }

    private static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar == "." || scalar == "·" || scalar.properties.isXIDContinue
    }
}
