internal import SluiceSDK

/// What a file says, its profiles included, as text: references stand for secrets, places are gone. The same words give
/// the same text, and the text gives the words back.
enum WrittenConfig {
    static func text(of value: ConfigValue) -> String {
        var writer = JSONWriter()
        write(value, to: &writer)
        return writer.text
    }

    /// - Parameter file: stands in the places.
    /// - Returns: nil for what `text(of:)` did not write.
    static func value(of text: String, file: String) -> ConfigValue? {
        guard let document = try? JSONDocument.parse(Array(text.utf8), maxDepth: 2 * YAMLFile.maxDepth) else {
            return nil
        }
        return value(document.root, at: .start(of: file))
    }

    /// `p` stands before what was plain, `q` before what was quoted.
    private static func write(_ value: ConfigValue, to writer: inout JSONWriter) {
        switch value.content {
        case .scalar(let text, let plain):
            writer.string((plain ? "p" : "q") + text)
        case .list(let items):
            writer.beginArray()
            for item in items { write(item, to: &writer) }
            writer.endArray()
        case .map(let entries):
            writer.beginObject()
            for entry in entries {
                writer.key(entry.key)
                write(entry.value, to: &writer)
            }
            writer.endObject()
        }
    }

    private static func value(_ element: JSONElement, at place: ConfigPlace) -> ConfigValue? {
        switch element.kind {
        case .string:
            guard let text = element.string, let mark = text.first, mark == "p" || mark == "q" else { return nil }
            return ConfigValue(.scalar(text: String(text.dropFirst()), plain: mark == "p"), at: place)
        case .array:
            var items: [ConfigValue?] = []
            element.forEachElement { items.append(value($0, at: place)) }
            return items.contains { $0 == nil } ? nil : ConfigValue(.list(items.compactMap { $0 }), at: place)
        case .object:
            var entries: [ConfigEntry] = []
            var isWhole = true
            element.forEachMember { key, member in
                guard let found = value(member, at: place) else { return isWhole = false }
                entries.append(ConfigEntry(key: key, at: place, value: found))
            }
            return isWhole ? ConfigValue(.map(entries), at: place) : nil
        default: return nil
        }
    }
}
