public import SluiceSDK

extension Mapping {
    /// For each mapped field the selector, the raw value and what every step made of it. Never throws: a fault is
    /// part of the explanation.
    /// - Parameter showingPersonal: personal values are masked unless asked for.
    public func explain(_ record: any Record, showingPersonal: Bool = false) -> [FieldExplanation] {
        var run = MappingRun(record, slots: slots)
        return fields.map { program in
            run.trace = MappingTrace()
            var explanation = FieldExplanation(field: program.field.name, selector: program.selectorText)
            do {
                try program.map(&run)
            } catch {
                explanation.fault = error as? RecordFault
            }
            explanation.raw = run.trace?.raw
            explanation.steps = run.trace?.steps ?? []
            explanation.value = run.ticket[program.field].map(Self.shown)
            if explanation.fault == nil, explanation.value == nil, Self.required.contains(program.field) {
                explanation.fault = RecordFault(
                    .map, "map.required", "the field is empty", field: program.field.name,
                    selector: program.selectorText)
            }
            if program.isSecret { return explanation.hidden { _ in "<redacted>" } }
            guard program.isPersonal, !showingPersonal else { return explanation }
            return explanation.hidden { $0 == "(missing)" ? $0 : "<personal, \($0.count) characters>" }
        }
    }

    private static func shown(_ value: FieldValue) -> String {
        if case .string(let text) = value { return text }
        var writer = JSONWriter()
        value.write(to: &writer)
        return writer.text
    }
}

extension FieldProgram {
    var isSecret: Bool {
        switch content {
        case .value(let program): program.isSecret
        case .attachments(let items), .attributes(let items):
            items.contains { $0.members.values.contains(where: \.isSecret) }
        }
    }
}
