extension ConfigValue {
    /// The same structure as JSON: bare numbers, `true`, `false` and `null` are what they are, everything else is text.
    public func write(to writer: inout JSONWriter) {
        switch content {
        case .list(let items):
            writer.beginArray()
            for item in items { item.write(to: &writer) }
            writer.endArray()
        case .map(let entries):
            writer.beginObject()
            for entry in entries {
                writer.key(entry.key)
                entry.value.write(to: &writer)
            }
            writer.endObject()
        case .scalar(let text, _):
            // A secret keeps every digit: 007 is no number, and 1e5 was not meant as one.
            if isNull, !isSecret { return writer.raw("null".utf8) }
            guard case .scalar(_, true) = content, !isSecret, JSONNumber.isValid(text) || Bool(text) != nil else {
                return writer.string(text)
            }
            writer.raw(text.utf8)
        }
    }
}
