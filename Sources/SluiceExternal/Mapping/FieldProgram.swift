internal import SluiceSDK

/// How one ticket field is filled.
struct FieldProgram: Sendable {
    enum Content: Sendable {
        case value(ValueProgram)
        case attachments([ItemProgram])
        case attributes([ItemProgram])
    }

    let field: IntakeField
    let content: Content
    /// For `choice` fields.
    let choices: Set<String>
    /// Its values, or those of a field its template uses, are personal.
    let isPersonal: Bool

    init(_ field: IntakeField, _ content: Content) {
        self.field = field
        self.content = content
        if case .choice(let words) = field.definition.kind { choices = Set(words) } else { choices = [] }
        var isPersonal = field.definition.isPersonal
        if case .value(let program) = content, case .template(let template) = program.source {
            isPersonal = isPersonal || template.fields.contains { $0.definition.isPersonal }
        }
        self.isPersonal = isPersonal
    }

    /// Bytes of one text; what is longer is rejected and never cut.
    static let maxTextBytes = 64 << 10

    func map(_ run: inout MappingRun) throws {
        switch content {
        case .value(let program):
            if run.followUp != nil, program.isMadeOfFields { return }
            run.ticket[field] = try typed(try program.run(&run, on: run.record), program)
        case .attachments(let items):
            let found = try items.flatMap { try $0.attachments(&run) }
            run.ticket[field] = found.isEmpty ? nil : .attachments(found)
        case .attributes(let items):
            let found = try items.flatMap { try $0.attributes(&run) }
            run.ticket[field] = found.isEmpty ? nil : .attributes(found)
        }
    }

    /// - Throws: `RecordFault` when the value cannot stand in the field.
    func typed(_ value: MappedValue, _ program: ValueProgram) throws -> FieldValue? {
        if case .strings = field.definition.kind {
            let items = try value.texts.map { try bounded($0, program) }
            return items.isEmpty ? nil : .strings(items)
        }
        guard let text = try program.single(value) else { return nil }
        switch field.definition.kind {
        case .number: return .number(try program.number(text).value)
        case .boolean: return .boolean(try program.boolean(text))
        case .code(let length) where text.count != length:
            throw program.fault("map.code", "the value does not have exactly \(length) characters")
        case .choice where !choices.contains(text):
            throw program.fault("map.choice", "the value is none of \(choices.sorted().joined(separator: ", "))")
        default: return .string(try bounded(text, program))
        }
    }

    private func bounded(_ text: String, _ program: ValueProgram) throws -> String {
        if text.utf8.count <= Self.maxTextBytes { return text }
        throw program.fault("map.too-long", "the text is longer than 64 KiB")
    }

    /// The selectors as written, for faults and explanations.
    var selectorText: String? {
        switch content {
        case .value(let program): program.isSecret ? "<redacted>" : program.selectorText
        case .attachments(let items), .attributes(let items):
            items.compactMap { $0.each?.text }.joined(separator: ", ")
        }
    }
}

extension ValueProgram {
    /// Made of other fields, of which a follow-up may lack some.
    var isMadeOfFields: Bool {
        if case .template = source { true } else { false }
    }

    func single(_ value: MappedValue) throws -> String? {
        switch value {
        case .missing: return nil
        case .text(let text): return text
        case .list(let items) where items.count <= 1: return items.first
        case .list:
            throw fault("map.list", "several values are found where one is wanted; narrow the selector or use join")
        }
    }
}
