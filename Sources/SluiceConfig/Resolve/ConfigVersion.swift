internal import SluiceSDK

/// A short digest of what a file says, its profiles and the texts it names included, with references in place of secrets.
enum ConfigVersion {
    static func of(_ value: ConfigValue, _ texts: [String] = []) -> String {
        var writer = JSONWriter()
        write(value, to: &writer)
        for text in texts { writer.string(text) }
        return String(Hex.encode(SHA256.hash(writer.bytes)).prefix(12))
    }

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
}
