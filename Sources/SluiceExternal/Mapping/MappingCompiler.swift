internal import SluiceConfig
internal import SluiceSDK

/// Turns a `ticket:` section into programs, and collects every mistake on the way.
struct MappingCompiler {
    let format: any Format
    let zone: Zone
    let lookups: [String: [String: String]]
    var issues: [ConfigIssue] = []
    /// Fields that a template may use: those compiled so far.
    var compiled: Set<IntakeField> = []
    private var slots: [String: Int] = [:]
    private var selectors: [String: Selector] = [:]

    init(format: any Format, zone: Zone, lookups: [String: [String: String]]) {
        self.format = format
        self.zone = zone
        self.lookups = lookups
    }

    var slotCount: Int { slots.count }

    mutating func compile(_ entries: [ConfigEntry], at place: ConfigPlace) -> [FieldProgram] {
        let known = entries.filter { !$0.value.isNull }.compactMap { entry in field(entry).map { ($0, entry) } }
        checkRequired(Set(known.map(\.0)), at: place)
        let templates = known.filter { $0.1.value["template"] != nil }
        let others = known.filter { $0.1.value["template"] == nil }
        return (others + templates).compactMap { field, entry in
            defer { compiled.insert(field) }
            return program(field, entry)
        }
    }

    private mutating func field(_ entry: ConfigEntry) -> IntakeField? {
        guard let field = IntakeField(name: entry.key) else {
            let names = IntakeField.allCases.filter { $0.definition.writer == .mapping }.map(\.name)
            let hint = NearestName.of(entry.key, among: names).map { "did you mean '\($0)'?" }
            report(
                entry.place, .mappingUnknownField, "there is no ticket field '\(entry.key)'",
                hint ?? "put what has no field into 'attributes'")
            return nil
        }
        guard field.definition.writer == .mapping else {
            report(entry.place, .mappingGatewayField, "'\(entry.key)' is stamped by the gateway", "remove it")
            return nil
        }
        return field
    }

    private mutating func checkRequired(_ mapped: Set<IntakeField>, at place: ConfigPlace) {
        for field in Mapping.required where !mapped.contains(field) {
            let hint =
                "add '\(field.name): <selector>'"
                + (field == .externalID ? ", or { digest: [<selectors>] } where the source has no number" : "")
            report(place, .mappingRequired, "the required field '\(field.name)' is not mapped", hint)
        }
    }

    private mutating func program(_ field: IntakeField, _ entry: ConfigEntry) -> FieldProgram? {
        switch field.definition.kind {
        case .attachments:
            return items(entry, MappingVocabulary.attachment).map { FieldProgram(field, .attachments($0)) }
        case .attributes:
            return items(entry, MappingVocabulary.attribute).map { FieldProgram(field, .attributes($0)) }
        default:
            guard let program = value(entry.value, named: field.name, kind: field.definition.kind) else { return nil }
            return check(FieldProgram(field, .value(program)), program, entry.value)
        }
    }

    /// Values that are known now are tried now: constants, defaults, and what a lookup gives.
    private mutating func check(_ field: FieldProgram, _ program: ValueProgram, _ written: ConfigValue) -> FieldProgram
    {
        for (value, place) in knownValues(of: program, written) {
            do {
                _ = try field.typed(value, program)
                if case .dateTime = field.field.definition.kind,
                    value.texts.contains(where: { Timestamp(rfc3339: $0) == nil })
                {
                    report(
                        place, .mappingValue, "'\(field.field.name)' cannot be \(shown(value, program))",
                        "write RFC 3339 with an offset: 2026-01-05T09:30:00+08:00")
                }
            } catch {
                let reason = (error as? RecordFault)?.reason ?? ""
                report(place, .mappingValue, "'\(field.field.name)' cannot be \(shown(value, program))", reason)
            }
        }
        return field
    }

    /// What stands in the file itself and may come out, with its place.
    func knownValues(of program: ValueProgram, _ written: ConfigValue) -> [(MappedValue, ConfigPlace)] {
        var known: [(MappedValue, ConfigPlace)] = [(program.fallback, written["default"]?.place ?? written.place)]
        if case .constant(let value) = program.source, program.steps.isEmpty {
            known.append((value, written["const"]?.place ?? written.place))
        }
        if case .lookup(let table)? = program.steps.last {
            let place = written["lookup"]?.place ?? written.place
            known += Set(table.values).sorted().map { (.text($0), place) }
        }
        return known.filter { $0.0 != .missing }
    }

    private func shown(_ value: MappedValue, _ program: ValueProgram) -> String {
        program.isSecret ? "<redacted>" : "'\(value.shown)'"
    }

    private mutating func items(_ entry: ConfigEntry, _ spec: ConfigSpec) -> [ItemProgram]? {
        if let list = entry.value.items {
            return list.compactMap { item($0, spec, named: entry.key, needsEach: false) }
        }
        return item(entry.value, spec, named: entry.key, needsEach: true).map { [$0] }
    }

    private mutating func item(
        _ value: ConfigValue, _ spec: ConfigSpec, named name: String, needsEach: Bool
    ) -> ItemProgram? {
        var decoder = ConfigDecoder()
        let decoded = decoder.decode(value, as: spec, named: name)
        issues += decoder.issues
        guard decoder.issues.isEmpty else { return nil }
        let each = decoded["each"]
        if needsEach, each == nil {
            report(
                value.place, .mappingSource, "'\(name)' needs 'each'",
                "add 'each: <selector of the items>', or write a list of items")
        }
        if !needsEach, let each {
            report(
                each.place, .mappingSource, "an item of a list cannot have 'each'",
                "write '\(name): { each: …, … }' without the list")
        }
        var item = ItemProgram(each: each.flatMap { selector($0) }, members: [:])
        if let written = decoded["content"] { item.content = content(written, named: "\(name).content") }
        for member in decoded.entries ?? [] where member.key != "each" && member.key != "content" {
            item.members[member.key] = self.value(
                member.value, named: "\(name).\(member.key)", kind: .string, isItem: true)
        }
        return item
    }

    mutating func report(_ place: ConfigPlace, _ rule: ConfigRule, _ message: String, _ hint: String?) {
        issues.append(ConfigIssue(at: place, rule, message, hint: hint))
    }

    mutating func selector(_ value: ConfigValue) -> Selector? {
        let text = value.text ?? ""
        if let known = selectors[text] { return known }
        do {
            let compiled = try format.selector(text)
            selectors[text] = compiled
            return compiled
        } catch {
            let reason = (error as? SelectorError)?.reason ?? "\(error)"
            let message =
                value.isSecret ? "the selector is not one of this format" : "'\(text)' is not a selector of this format"
            report(value.place, .mappingSelector, message, value.isSecret ? nil : reason)
            return nil
        }
    }

    /// One slot for each value that is unpacked in the same way.
    mutating func slot(_ key: String) -> Int {
        let slot = slots[key] ?? slots.count
        slots[key] = slot
        return slot
    }
}
