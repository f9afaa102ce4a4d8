extension IntakeTicket {
    /// The ticket without what `scope` covers, and that alone.
    public func parted(by scope: SealingScope) -> (clear: IntakeTicket, sealed: IntakeTicket) {
        let covered = covered(by: scope)
        var (clear, sealed) = (IntakeTicket(), IntakeTicket())
        for (field, value) in entries {
            if covered.contains(field) { sealed[field] = value } else { clear[field] = value }
        }
        return (clear, sealed)
    }

    /// Reads the clear part of a ticket of which the rest is sealed: what is covered must not stand here as well.
    public init(json: JSONElement, sealed scope: SealingScope, maxText: Int = 65536) throws(SchemaViolation) {
        try self.init(members: json, maxText: maxText)
        let covered = covered(by: scope)
        if let field = fields.intersection(covered).first {
            throw SchemaViolation(field.name, "sealed.in-clear", "it belongs into the sealed part and stands in clear")
        }
        if let field = IntakeLayout.required.subtracting(fields).subtracting(covered).first {
            throw SchemaViolation(field.name, "schema.required", "the field is missing")
        }
        try Self.check(version: text(.schemaVersion))
    }

    /// The whole ticket, from this clear part and the members that were sealed: strictly those that `scope` covers.
    public func joined(
        with json: JSONElement, sealed scope: SealingScope, maxText: Int = 65536
    ) throws(SchemaViolation) -> IntakeTicket {
        let sealed = try IntakeTicket(members: json, maxText: maxText)
        if let field = sealed.fields.subtracting(covered(by: scope)).first {
            throw SchemaViolation(field.name, "sealed.field", "it does not belong into the sealed part")
        }
        var whole = self
        for (field, value) in sealed.entries { whole[field] = value }
        try sealed.checkTexts()
        try whole.requireFields(isStamped: true)
        return whole
    }

    private func covered(by scope: SealingScope) -> IntakeFieldSet { scope.covered(marked: strings(.personalFields)) }

    /// Control and bidirectional characters, of which the mapping leaves none.
    public func checkTexts() throws(SchemaViolation) {
        for (field, value) in entries {
            for text in value.texts {
                if let violation = TextHygiene.firstViolation(in: text) {
                    throw SchemaViolation(field.name, violation.code, violation.reason)
                }
            }
        }
    }
}

extension FieldValue {
    /// All that can be read in it.
    public var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .strings(let items): items
        case .attributes(let items): items.flatMap { [$0.code, $0.value] }
        case .attachments(let items):
            items.flatMap { [$0.name, $0.mediaType, $0.sha256, $0.mediaURL].compactMap { $0 } }
        case .rawLineage(let raw):
            [raw.sha256, raw.contentType, raw.charset, raw.storedAt].compactMap { $0 } + raw.stripped
        case .integer, .number, .boolean: []
        }
    }
}
