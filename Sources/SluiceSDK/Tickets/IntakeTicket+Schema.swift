extension IntakeTicket {
    /// The JSON Schema (draft 2020-12) of the document, made from the field table.
    public static func jsonSchema() -> [UInt8] {
        let rows = IntakeField.allCases.map(\.definition)
        return schema(
            "Sluice intake ticket",
            "What the citizen and the channel said, and what the external gateway stamped on it.",
            required: required(rows)
        ) { _ in }
    }

    /// The schema of a document that is an intake ticket and more. Only what is added is required: a reader may be kept
    /// from any field of the intake half.
    /// - Parameter parts: the added members, each written as a key and its schema.
    public static func jsonSchema(
        extended title: String, _ description: String, required: [String], _ parts: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        schema(title, description, required: required, parts)
    }

    private static func schema(
        _ title: String, _ description: String, required: [String], _ parts: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 8192)
        writer.beginObject()
        writer.field("$schema", "https://json-schema.org/draft/2020-12/schema")
        writer.field("title", title)
        writer.field("description", description)
        let rows = IntakeField.allCases.map(\.definition)
        writer.objectSchema(required: required) { writer in
            var written: Set<String> = []
            for row in rows {
                guard let group = row.group else {
                    writer.key(row.key)
                    writer.schema(of: row)
                    continue
                }
                guard written.insert(group).inserted else { continue }
                writer.key(group)
                writer.schema(ofGroup: rows.filter { $0.group == group })
            }
            parts(&writer)
        }
        writer.endObject()
        return writer.bytes
    }

    /// A group is required when one of its members is.
    private static func required(_ rows: [FieldDefinition]) -> [String] {
        var names: [String] = []
        for row in rows where row.isRequired {
            let name = row.group ?? row.key
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension JSONWriter {
    fileprivate mutating func schema(ofGroup rows: [FieldDefinition]) {
        beginObject()
        objectSchema(required: rows.filter(\.isRequired).map(\.key)) { writer in
            for row in rows {
                writer.key(row.key)
                writer.schema(of: row)
            }
        }
        endObject()
    }

    fileprivate mutating func schema(of row: FieldDefinition) {
        beginObject()
        field("title", row.labelZH)
        if row.isPersonal { field("x-personal", true) }
        if row.writer == .gateway { field("x-stamped", true) }
        if row.name == IntakeField.schemaVersion.name {
            field("type", "string")
            field("enum", IntakeTicket.readableVersions)
        } else {
            constraints(of: row.kind)
        }
        endObject()
    }

    private mutating func constraints(of kind: FieldDefinition.Kind) {
        switch kind {
        case .string: field("type", "string")
        case .code(let length):
            field("type", "string")
            field("minLength", length)
            field("maxLength", length)
        case .boolean: field("type", "boolean")
        case .number: field("type", "number")
        case .integer:
            field("type", "integer")
            field("minimum", 0)
        case .dateTime:
            field("type", "string")
            field("format", "date-time")
        case .choice(let choices):
            field("type", "string")
            field("enum", choices)
        case .strings: list { $0.field("type", "string") }
        case .attributes: list { $0.parts([("code", "string"), ("value", "string")], required: ["code", "value"]) }
        case .attachments: list { $0.parts(Self.attachmentParts, required: ["name"]) }
        case .rawLineage: parts(Self.lineageParts, required: ["sha256", "bytes", "stored_at"])
        }
    }

    private static let attachmentParts = [
        ("name", "string"), ("media_type", "string"), ("size", "integer"), ("sha256", "string"),
        ("media_url", "string"),
    ]

    private static let lineageParts = [
        ("sha256", "string"), ("bytes", "integer"), ("content_type", "string"), ("charset", "string"),
        ("stored_at", "string"), ("stripped", "strings"),
    ]

    private mutating func list(of item: (inout JSONWriter) -> Void) {
        field("type", "array")
        key("items")
        beginObject()
        item(&self)
        endObject()
    }

    private mutating func parts(_ parts: [(name: String, type: String)], required: [String]) {
        objectSchema(required: required) { writer in
            for part in parts {
                writer.key(part.name)
                writer.beginObject()
                if part.type == "strings" {
                    writer.list { $0.field("type", "string") }
                } else {
                    writer.field("type", part.type)
                }
                writer.endObject()
            }
        }
    }

    /// The members of a strict object's schema, inside an object that is open already.
    fileprivate mutating func objectSchema(required: [String], _ properties: (inout JSONWriter) -> Void) {
        field("type", "object")
        field("additionalProperties", false)
        if !required.isEmpty { field("required", required) }
        key("properties")
        beginObject()
        properties(&self)
        endObject()
    }
}
