extension IntakeTicket {
    /// The document that crosses the boundary.
    public func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        write(to: &writer)
        return writer.bytes
    }

    /// - Parameter keeping: which fields to write; all by default.
    public func write(to writer: inout JSONWriter, keeping: (IntakeField) -> Bool = { _ in true }) {
        writer.beginObject()
        var group: String?
        for (field, value) in entries where keeping(field) {
            let definition = field.definition
            if definition.group != group {
                if group != nil { writer.endObject() }
                group = definition.group
                if let group {
                    writer.key(group)
                    writer.beginObject()
                }
            }
            writer.key(definition.key)
            value.write(to: &writer)
        }
        if group != nil { writer.endObject() }
        writer.endObject()
    }

    /// SHA-256 of what the mapping wrote, without the gateway's stamps: equal content, equal digest.
    public func contentDigest() -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        write(to: &writer) { $0.definition.writer == .mapping }
        return SHA256.hash(writer.bytes)
    }
}

extension FieldValue {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .string(let text): writer.string(text)
        case .integer(let number): writer.integer(number)
        case .number(let number): writer.number(number)
        case .boolean(let flag): writer.boolean(flag)
        case .strings(let items):
            writer.beginArray()
            for item in items { writer.string(item) }
            writer.endArray()
        case .attributes(let items):
            writer.beginArray()
            for item in items { item.write(to: &writer) }
            writer.endArray()
        case .attachments(let items):
            writer.beginArray()
            for item in items { item.write(to: &writer) }
            writer.endArray()
        case .rawLineage(let raw): raw.write(to: &writer)
        }
    }
}

extension TicketAttribute {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("code", code)
        writer.field("value", value)
        writer.endObject()
    }
}

extension TicketAttachment {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("name", name)
        writer.field("media_type", mediaType)
        if let size { writer.field("size", size) }
        writer.field("sha256", sha256)
        writer.field("media_url", mediaURL)
        writer.endObject()
    }
}

extension RawLineage {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("sha256", sha256)
        writer.field("bytes", bytes)
        writer.field("content_type", contentType)
        writer.field("charset", charset)
        writer.field("stored_at", storedAt)
        if !stripped.isEmpty { writer.field("stripped", stripped) }
        writer.endObject()
    }
}
