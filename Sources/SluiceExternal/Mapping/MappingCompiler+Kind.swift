internal import SluiceConfig
internal import SluiceSDK

extension MappingCompiler {
    /// `kind:` is read before any ticket field, and its words are known now.
    mutating func kind(_ written: ConfigValue) -> KindProgram? {
        for key in ["template", "digest", "split"] {
            guard let found = written[key] else { continue }
            report(
                found.place, .mappingKind, "'kind' cannot be made by '\(key)'", "use 'from' or 'first' with a 'lookup'")
            return nil
        }
        guard var program = value(written, named: "kind", kind: .choice(KindProgram.words)) else { return nil }
        for (value, place) in knownValues(of: program, written) {
            for word in value.texts where !KindProgram.words.contains(word) {
                report(
                    place, .mappingKind, "'kind' cannot be \(program.isSecret ? "<redacted>" : "'\(word)'")",
                    "write one of \(KindProgram.words.joined(separator: ", "))")
            }
        }
        if case .constant(let value) = program.source, value.texts != [KindProgram.opened] {
            report(
                written.place, .mappingKind, "every record would be the same follow-up, and none would open a ticket",
                "use 'from' with a 'lookup', or leave 'kind' out")
        }
        let fallback = program.fallback.texts.first.flatMap(FollowUpKind.init)
        program.fallback = .missing
        return KindProgram(program: program, fallback: fallback)
    }
}
