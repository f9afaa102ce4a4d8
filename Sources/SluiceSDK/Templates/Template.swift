/// Text with `{name}` or `{name|format}` placeholders, compiled once. `{{` and `}}` stand for the braces themselves.
public struct Template: Sendable {
    public enum Part: Sendable, Equatable {
        case literal(String)
        /// `format` is a date pattern, `number` or `bool`, or nil.
        case placeholder(name: String, format: String?)
    }

    public let text: String
    public let parts: [Part]

    /// - Parameter allowed: the names that may be used; nil allows any.
    /// - Throws: `SelectorError` with code `template.syntax` or `template.unknown-name`.
    public init(_ text: String, allowed: Set<String>? = nil) throws {
        self.text = text
        parts = try Self.parse(text)
        guard let allowed else { return }
        for case .placeholder(let name, _) in parts where !allowed.contains(name) {
            throw SelectorError(
                "template.unknown-name",
                "unknown placeholder {\(name)}; known here: \(allowed.sorted().joined(separator: ", "))")
        }
    }

    public var names: [String] {
        parts.compactMap { if case .placeholder(let name, _) = $0 { name } else { nil } }
    }

    /// - Parameters:
    ///   - escape: how values are escaped for where the text stands.
    ///   - value: the value of a placeholder; nil becomes empty text.
    public func render(_ escape: TemplateEscape = .none, value: (String, String?) -> String?) -> String {
        var out = ""
        for part in parts {
            switch part {
            case .literal(let text): out += text
            case .placeholder(let name, let format): out += escape.apply(value(name, format) ?? "")
            }
        }
        return out
    }

    private static func parse(_ text: String) throws -> [Part] {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.first {
            if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
                literal.append(character)
                rest = rest.dropFirst(2)
            } else if character == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw SelectorError("template.syntax", "'{' without '}' in \"\(text)\"; write {{ for a brace")
                }
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                parts.append(try placeholder(rest[rest.index(after: rest.startIndex)..<end], in: text))
                rest = rest[rest.index(after: end)...]
            } else if character == "}" {
                throw SelectorError("template.syntax", "'}' without '{' in \"\(text)\"; write }} for a brace")
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return parts
    }

    private static func placeholder(_ inside: Substring, in text: String) throws -> Part {
        let pieces = inside.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = pieces.first, !name.isEmpty, !name.contains("{") else {
            throw SelectorError("template.syntax", "a placeholder needs a name in \"\(text)\"")
        }
        return .placeholder(name: String(name), format: pieces.count > 1 ? String(pieces[1]) : nil)
    }
}

/// How a value is made safe for where it stands.
public enum TemplateEscape: Sendable {
    case none
    /// Percent-encoding of everything that RFC 3986 does not call unreserved.
    case url
    case xml
    /// A header value: control characters, line breaks above all, become spaces.
    case header

    public func apply(_ value: String) -> String {
        switch self {
        case .none: value
        case .url: Self.percentEncoded(value)
        case .xml: Self.xmlEscaped(value)
        case .header:
            String(
                String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
        }
    }

    private static func percentEncoded(_ value: String) -> String {
        var out = ""
        for byte in value.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return out
    }

    /// What XML 1.0 cannot hold in any spelling becomes a space.
    private static func xmlEscaped(_ value: String) -> String {
        var out = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\t", "\n": out.unicodeScalars.append(scalar)
            case "\r": out += "&#13;"
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": out += " "
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&apos;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
