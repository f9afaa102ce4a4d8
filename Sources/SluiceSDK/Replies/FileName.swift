/// Names of files whose parts come from elsewhere: one name, never a path, never hidden, and two values never make one.
public enum FileName {
    /// Linux takes 255 bytes.
    private static let mostBytes = 255
    /// A longer value is cut, and a digest stands for the rest.
    private static let mostValueBytes = 120

    /// Letters and digits of every script, `-`, `_` and inner dots stay; every other byte is percent-encoded.
    public static func escaped(_ value: String) -> String {
        var out = ""
        for scalar in value.unicodeScalars {
            let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if isPlain || scalar == "-" || scalar == "_" || (scalar == "." && !out.isEmpty) {
                out.unicodeScalars.append(scalar)
            } else {
                for byte in String(scalar).utf8 { out += "%" + Hex.encode([byte]).uppercased() }
            }
        }
        guard out.utf8.count > mostValueBytes else { return out }
        var start = ""
        for character in out {
            if start.utf8.count + character.utf8.count > mostValueBytes - 20 { break }
            start.append(character)
        }
        return start + "~" + Hex.encode(SHA256.hash(value).prefix(8))
    }

    /// A template whose values are escaped so, with no folder in it.
    /// - Parameter code: of the issue when it is none, `directory.name`.
    /// - Throws: `ConfigIssue`.
    public static func template(_ value: ConfigValue, allowed: Set<String>, code: String) throws -> Template {
        let template = try Template(value, allowed: allowed)
        let literals = template.parts.compactMap { if case .literal(let text) = $0 { text } else { nil } }
        let isPath = literals.contains {
            $0.unicodeScalars.contains { $0 == "/" || $0.value < 0x20 || $0.value == 0x7F }
        }
        guard !isPath, !template.text.hasPrefix("."), !template.text.isEmpty else {
            throw ConfigIssue(
                at: value.place, code, "'name' is the name of a file, not of a folder or a hidden file",
                hint: "write '{external_id}-{reply.id}.json'")
        }
        guard template.names.contains(where: { ["reply.id", "external_id", "ticket_id"].contains($0) }) else {
            throw ConfigIssue(
                at: value.place, code, "every reply would have the same name",
                hint: "write '{external_id}-{reply.id}.json'")
        }
        return template
    }

    /// - Parameter code: of the error, `directory.name`.
    /// - Throws: `PluginError`, rejected, when what is filled in makes no name.
    public static func render(
        _ template: Template, code: String, value: (String, String?) -> String?
    ) throws -> String {
        let name = template.render { name, format in value(name, format).map(escaped) }
        guard !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= mostBytes else {
            throw PluginError(
                .rejected, code, "'name', filled in, is no file's name: it is empty, hidden or too long")
        }
        return name
    }
}
