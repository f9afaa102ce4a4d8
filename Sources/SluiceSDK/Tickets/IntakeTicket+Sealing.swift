extension IntakeTicket {
    /// The ticket without what `scope` covers, and that alone.
    public func parted(by scope: SealingScope) -> (clear: IntakeTicket, sealed: IntakeTicket) {
        var (clear, sealed) = (self, IntakeTicket())
        let marked = strings(.personalFields)
        for field in fields where scope.covers(field, marked: marked) {
            (sealed[field], clear[field]) = (self[field], nil)
        }
        return (clear, sealed)
    }

    /// Reads the clear part of a ticket of which the rest is sealed: what is covered must not stand here as well.
    public init(json: JSONElement, sealed scope: SealingScope, maxText: Int = 65536) throws(SchemaViolation) {
        try self.init(members: json, maxText: maxText)
        let marked = strings(.personalFields)
        for field in fields where scope.covers(field, marked: marked) {
            throw SchemaViolation(field.name, "sealed.in-clear", "it belongs into the sealed part and stands in clear")
        }
        for field in IntakeLayout.required where self[field] == nil && !scope.covers(field, marked: marked) {
            throw SchemaViolation(field.name, "schema.required", "the field is missing")
        }
        try Self.check(version: text(.schemaVersion))
    }

    /// The whole ticket, from this clear part and the members that were sealed: strictly those that `scope` covers.
    public func joined(
        with json: JSONElement, sealed scope: SealingScope, maxText: Int = 65536
    ) throws(SchemaViolation) -> IntakeTicket {
        let sealed = try IntakeTicket(members: json, maxText: maxText)
        let marked = strings(.personalFields)
        var whole = self
        for field in sealed.fields {
            guard scope.covers(field, marked: marked) else {
                throw SchemaViolation(field.name, "sealed.field", "it does not belong into the sealed part")
            }
            whole[field] = sealed[field]
        }
        try sealed.checkTexts()
        try whole.requireFields(isStamped: true)
        return whole
    }

    /// Control and bidirectional characters, of which the mapping leaves none.
    public func checkTexts() throws(SchemaViolation) {
        for field in fields {
            guard let value = self[field] else { continue }
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
