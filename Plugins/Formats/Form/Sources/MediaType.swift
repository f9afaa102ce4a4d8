/// `multipart/form-data; boundary="x"`: a value and its parameters, as headers of forms carry it.
struct MediaType {
    /// In lower case.
    var name: String
    /// By name in lower case; one that stands twice is left out, because nobody knows which is meant.
    var parameters: [String: String] = [:]

    init(_ text: String) {
        var rest = text.unicodeScalars[...]
        name = Self.trimmed(Self.take(&rest, until: ";")).lowercased()
        var repeated: Set<String> = []
        while rest.popFirst() != nil {
            let key = Self.trimmed(Self.take(&rest, until: "=", ";")).lowercased()
            guard rest.first == "=" else { continue }
            rest.removeFirst()
            let value = Self.value(&rest)
            if parameters.updateValue(value, forKey: key) != nil { repeated.insert(key) }
        }
        for key in repeated { parameters[key] = nil }
    }

    private static func value(_ rest: inout Substring.UnicodeScalarView) -> String {
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        guard rest.first == "\"" else { return trimmed(take(&rest, until: ";")) }
        rest.removeFirst()
        var out = String.UnicodeScalarView()
        while let scalar = rest.popFirst(), scalar != "\"" {
            // Old browsers send `C:\dir\file` as it is, so a backslash counts before a quote only.
            if scalar == "\\", rest.first == "\"" {
                out.append("\"")
                rest.removeFirst()
            } else {
                out.append(scalar)
            }
        }
        _ = take(&rest, until: ";")
        return String(out)
    }

    private static func take(_ rest: inout Substring.UnicodeScalarView, until marks: Unicode.Scalar...) -> String {
        let taken = rest.prefix { !marks.contains($0) }
        rest = rest[taken.endIndex...]
        return String(String.UnicodeScalarView(taken))
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
