public import SluiceSDK

extension Mapping {
    /// For each mapped field the selector, the raw value and what every step made of it. Never throws: a fault is
    /// part of the explanation.
    /// - Parameter showingPersonal: personal values are masked unless asked for.
    public func explain(_ record: any Record, showingPersonal: Bool = false) -> [FieldExplanation] {
        var run = MappingRun(record, slots: slots)
        let kind = kind.map { explain($0, &run) }
        let required = run.followUp == nil ? Self.required : Self.requiredOfFollowUps
        return [kind].compactMap { $0 }
            + fields.map { program in
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
                if explanation.fault == nil, explanation.value == nil, required.contains(program.field) {
                    explanation.fault = RecordFault(
                        .map, "map.required", "the field is empty", field: program.field.name,
                        selector: program.selectorText)
                }
                if program.isSecret { return explanation.hidden { _ in "<redacted>" } }
                guard program.isPersonal, !showingPersonal else { return explanation }
                return explanation.hidden { $0 == "(missing)" ? $0 : "<personal, \($0.count) characters>" }
            }
    }

    private func explain(_ kind: KindProgram, _ run: inout MappingRun) -> FieldExplanation {
        run.trace = MappingTrace()
        var explanation = FieldExplanation(field: "kind", selector: kind.program.selectorText)
        do {
            run.followUp = try kind.map(&run)
            explanation.value = run.followUp?.rawValue ?? KindProgram.opened
        } catch {
            explanation.fault = error as? RecordFault
        }
        explanation.raw = run.trace?.raw
        explanation.steps = run.trace?.steps ?? []
        return kind.program.isSecret ? explanation.hidden { _ in "<redacted>" } : explanation
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
