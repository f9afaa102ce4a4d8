extension IntakeTicket {
    /// Reads a document that must be an intake ticket and nothing else.
    /// - Parameters:
    ///   - maxText: UTF-8 bytes that one text may have.
    ///   - isStamped: false for a ticket without the gateway's stamps, as samples hold it: they are not required then.
    public init(json: JSONElement, maxText: Int = 65536, isStamped: Bool = true) throws(SchemaViolation) {
        try self.init(members: json, maxText: maxText)
        try requireFields(isStamped: isStamped)
        try Self.check(version: text(.schemaVersion))
    }

    /// Any fields, each as its definition says.
    init(members json: JSONElement, maxText: Int) throws(SchemaViolation) {
        self.init()
        guard json.kind == .object else { throw SchemaViolation("", "schema.type", "an object was expected") }
        let reader = IntakeReader(maxText: maxText)
        try reader.members(of: json) { key, value throws(SchemaViolation) in
            switch IntakeLayout.entries[key] {
            case .field(let field)?: try read(field, value, reader)
            case .group(let members)?: try read(group: key, members, value, reader)
            case nil: throw SchemaViolation(key, "schema.unknown-field", "no such field")
            }
        }
    }

    private mutating func read(
        group: String, _ members: [String: IntakeField], _ json: JSONElement, _ reader: IntakeReader
    ) throws(SchemaViolation) {
        guard json.kind == .object else { throw SchemaViolation(group, "schema.type", "an object was expected") }
        try reader.members(of: json) { key, value throws(SchemaViolation) in
            guard let field = members[key] else {
                throw SchemaViolation("\(group).\(key)", "schema.unknown-field", "no such field")
            }
            try read(field, value, reader)
        }
    }

    private mutating func read(
        _ field: IntakeField, _ json: JSONElement, _ reader: IntakeReader
    ) throws(SchemaViolation) {
        guard !fields.contains(field) else {
            throw SchemaViolation(field.name, "schema.duplicate-field", "the field stands here twice")
        }
        self[field] = try reader.value(of: field.definition, json)
    }

    func requireFields(isStamped: Bool) throws(SchemaViolation) {
        for field in IntakeLayout.required.subtracting(fields) {
            if !isStamped, field.definition.writer == .gateway { continue }
            throw SchemaViolation(field.name, "schema.required", "the field is missing")
        }
    }

    /// The versions that are taken: this one and the one before.
    static let readableVersions: [String] = {
        let current = Int(schemaVersion) ?? 1
        return current > 1 ? [String(current - 1), schemaVersion] : [schemaVersion]
    }()

    static func check(version: String?) throws(SchemaViolation) {
        guard let version, !readableVersions.contains(version) else { return }
        let known = readableVersions.joined(separator: " or ")
        throw SchemaViolation("schema_version", "schema.version", "only schema version \(known) is taken here")
    }
}

/// The document's shape by key, made once from the field table.
enum IntakeLayout {
    enum Entry: Sendable {
        case field(IntakeField)
        case group([String: IntakeField])
    }

    static let required = IntakeFieldSet(IntakeField.allCases.filter(\.definition.isRequired))

    static let entries: [String: Entry] = {
        var entries: [String: Entry] = [:]
        for field in IntakeField.allCases {
            let definition = field.definition
            guard let group = definition.group else {
                entries[definition.key] = .field(field)
                continue
            }
            var members: [String: IntakeField] = [:]
            if case .group(let found)? = entries[group] { members = found }
            members[definition.key] = field
            entries[group] = .group(members)
        }
        return entries
    }()
}
