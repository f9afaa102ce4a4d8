/// Objects inside a ticket: read by their keys, with nothing unknown and nothing twice.
extension IntakeReader {
    func attribute(_ json: JSONElement, _ path: String) throws(SchemaViolation) -> TicketAttribute {
        let parts = try parts(json, path, ["code", "value"])
        return TicketAttribute(code: try parts.required("code"), value: try parts.required("value"))
    }

    func attachment(_ json: JSONElement, _ path: String) throws(SchemaViolation) -> TicketAttachment {
        let parts = try parts(json, path, ["name", "media_type", "size", "sha256", "media_url"])
        return TicketAttachment(
            name: try parts.required("name"), mediaType: try parts.text("media_type"), size: try parts.count("size"),
            sha256: try parts.text("sha256"), mediaURL: try parts.text("media_url"))
    }

    func rawLineage(_ json: JSONElement, _ path: String) throws(SchemaViolation) -> RawLineage {
        let parts = try parts(json, path, ["sha256", "bytes", "content_type", "charset", "stored_at", "stripped"])
        guard let bytes = try parts.count("bytes") else { throw parts.missing("bytes") }
        let storedAt = try parts.required("stored_at")
        guard Timestamp(rfc3339: storedAt) != nil else {
            throw SchemaViolation(path + ".stored_at", "schema.date-time", "the time is not RFC 3339 with an offset")
        }
        return RawLineage(
            sha256: try parts.required("sha256"), bytes: bytes, contentType: try parts.text("content_type"),
            charset: try parts.text("charset"), storedAt: storedAt, stripped: try parts.texts("stripped"))
    }

    private func parts(_ json: JSONElement, _ path: String, _ known: [String]) throws(SchemaViolation) -> Parts {
        guard json.kind == .object else { throw mistyped(path, "an object") }
        var found: [String: JSONElement] = [:]
        try members(of: json) { key, value throws(SchemaViolation) in
            guard known.contains(key) else {
                throw SchemaViolation("\(path).\(key)", "schema.unknown-field", "no such field")
            }
            guard found.updateValue(value, forKey: key) == nil else {
                throw SchemaViolation("\(path).\(key)", "schema.duplicate-field", "the field stands here twice")
            }
        }
        return Parts(reader: self, path: path, found: found)
    }

    private struct Parts {
        let reader: IntakeReader
        let path: String
        let found: [String: JSONElement]

        func text(_ key: String) throws(SchemaViolation) -> String? {
            guard let value = found[key] else { return nil }
            return try reader.text(value, "\(path).\(key)")
        }

        func required(_ key: String) throws(SchemaViolation) -> String {
            guard let text = try text(key) else { throw missing(key) }
            return text
        }

        func count(_ key: String) throws(SchemaViolation) -> Int? {
            guard let value = found[key] else { return nil }
            return try reader.count(value, "\(path).\(key)")
        }

        func texts(_ key: String) throws(SchemaViolation) -> [String] {
            guard let value = found[key] else { return [] }
            return try reader.list(value, "\(path).\(key)", reader.text)
        }

        func missing(_ key: String) -> SchemaViolation {
            SchemaViolation("\(path).\(key)", "schema.required", "the field is missing")
        }
    }
}
