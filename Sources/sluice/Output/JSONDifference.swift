import SluiceSDK

/// A readable difference of two JSON documents: one line for every path that is not the same.
enum JSONDifference {
    /// Empty when both say the same; the order of members does not count.
    static func describe(expected: [UInt8], actual: [UInt8]) throws -> String {
        let left = try JSONDocument.parse(expected)
        let right = try JSONDocument.parse(actual)
        var lines: [String] = []
        compare(left.root, right.root, "$", &lines)
        return lines.joined(separator: "\n")
    }

    /// Members on lines of their own, for people.
    static func pretty(_ element: JSONElement, indent: Int = 0) -> String {
        let inner = String(repeating: "  ", count: indent + 1)
        let outer = String(repeating: "  ", count: indent)
        switch element.kind {
        case .object:
            var parts: [String] = []
            element.forEachMember { parts.append("\(inner)\(quoted($0)): \(pretty($1, indent: indent + 1))") }
            return parts.isEmpty ? "{}" : "{\n" + parts.joined(separator: ",\n") + "\n\(outer)}"
        case .array:
            var parts: [String] = []
            element.forEachElement { parts.append(inner + pretty($0, indent: indent + 1)) }
            return parts.isEmpty ? "[]" : "[\n" + parts.joined(separator: ",\n") + "\n\(outer)]"
        default: return text(element)
        }
    }

    private static func compare(_ left: JSONElement, _ right: JSONElement, _ path: String, _ lines: inout [String]) {
        switch (left.kind, right.kind) {
        case (.object, .object):
            left.forEachMember { name, value in
                guard let other = right[name] else { return lines.append("- \(path).\(name): \(text(value))") }
                compare(value, other, "\(path).\(name)", &lines)
            }
            right.forEachMember { name, value in
                if left[name] == nil { lines.append("+ \(path).\(name): \(text(value))") }
            }
        case (.array, .array):
            let (expected, actual) = (elements(left), elements(right))
            for index in 0..<max(expected.count, actual.count) {
                if index >= actual.count {
                    lines.append("- \(path)[\(index)]: \(text(expected[index]))")
                } else if index >= expected.count {
                    lines.append("+ \(path)[\(index)]: \(text(actual[index]))")
                } else {
                    compare(expected[index], actual[index], "\(path)[\(index)]", &lines)
                }
            }
        default:
            if text(left) != text(right) { lines += ["- \(path): \(text(left))", "+ \(path): \(text(right))"] }
        }
    }

    private static func elements(_ element: JSONElement) -> [JSONElement] {
        var out: [JSONElement] = []
        element.forEachElement { out.append($0) }
        return out
    }

    private static func text(_ element: JSONElement) -> String {
        String(decoding: element.minified(), as: UTF8.self)
    }

    private static func quoted(_ name: String) -> String {
        var writer = JSONWriter()
        writer.string(name)
        return writer.text
    }
}
