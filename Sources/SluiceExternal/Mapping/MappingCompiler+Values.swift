internal import SluiceConfig
internal import SluiceSDK

extension MappingCompiler {
    /// - Parameter isItem: a member of `attachments` or `attributes`, whose selectors start from a node.
    mutating func value(
        _ value: ConfigValue, named name: String, kind: FieldDefinition.Kind, isItem: Bool = false
    ) -> ValueProgram? {
        let before = issues.count
        var decoded = value
        if value.text != nil {
            decoded = ConfigValue(.map([ConfigEntry(key: "from", at: value.place, value: value)]), at: value.place)
        } else {
            if let each = value["each"] {
                let hint = "write 'from' with a selector that finds several values"
                report(each.place, .mappingSource, "'each' makes attachments and attributes only", hint)
                return nil
            }
            var decoder = ConfigDecoder()
            decoded = decoder.decode(value, as: MappingVocabulary.value, named: name)
            issues += decoder.issues
            // What the unknown word was to be is not known, so nothing more is said.
            if decoder.issues.contains(where: { $0.rule == ConfigRule.unknownKey.rawValue }) { return nil }
        }
        checkCompanions(decoded)
        let source = source(decoded, named: name)
        var program = ValueProgram(
            field: name, source: source ?? .constant(.missing), steps: [],
            fallback: constant(decoded["default"]), isSecret: value.hasSecret)
        addSteps(to: &program, decoded, kind: kind, isItem: isItem)
        return source == nil || issues.count > before ? nil : program
    }

    private mutating func source(_ value: ConfigValue, named name: String) -> ValueProgram.Source? {
        let named = MappingVocabulary.sources.compactMap { key in value[key].map { (key, $0) } }
        guard named.count == 1, let (key, written) = named.first else {
            let found = named.map { "'\($0.0)'" }.joined(separator: " and ")
            let message = named.isEmpty ? "'\(name)' does not say where its value comes from" : "'\(name)' has \(found)"
            let all = MappingVocabulary.sources.joined(separator: ", ")
            report(value.place, .mappingSource, message, "write exactly one of \(all)")
            return nil
        }
        switch key {
        case "from": return selector(written).map { .selector($0) }
        case "const": return .constant(constant(written))
        case "join": return selectors(written).map { .join($0, with: value["with"]?.text ?? "") }
        case "first": return selectors(written).map { .first($0) }
        case "digest": return selectors(written).map { .digest($0) }
        case "template": return template(written).map { .template($0) }
        default: return split(written, value)
        }
    }

    private mutating func split(_ written: ConfigValue, _ value: ConfigValue) -> ValueProgram.Source? {
        guard let separator = value["by"]?.text, !separator.isEmpty else {
            report(
                written.place, .mappingSource, "'split' needs 'by'", "add by: \"/\", or what stands between the parts")
            return nil
        }
        return selector(written).map { .split($0, by: separator) }
    }

    private mutating func selectors(_ list: ConfigValue) -> [Selector]? {
        let written = list.items ?? []
        let compiled = written.compactMap { selector($0) }
        if written.isEmpty {
            report(list.place, .mappingSource, "the list of selectors is empty", "write at least one selector")
        }
        return compiled.count == written.count && !written.isEmpty ? compiled : nil
    }

    private mutating func template(_ written: ConfigValue) -> FieldTemplate? {
        do {
            let template = try Template(written.text ?? "", allowed: Set(compiled.map(\.name)))
            let parts = try template.parts.map { part -> FieldTemplate.Part in
                switch part {
                case .literal(let text): return .literal(text)
                case .placeholder(let name, let format):
                    return .field(
                        IntakeField(name: name) ?? .externalID, written: try format.map { try DatePattern($0) })
                }
            }
            return FieldTemplate(text: template.text, parts: parts, zone: zone)
        } catch {
            let reason = (error as? SelectorError)?.reason ?? "\(error)"
            report(
                written.place, .mappingTemplate, written.isSecret ? "the template is wrong" : reason,
                "use ticket fields that are mapped in this section, templates above this one only")
            return nil
        }
    }

    /// Words that mean something only beside another.
    private mutating func checkCompanions(_ value: ConfigValue) {
        for (key, needed) in [("with", "join"), ("by", "split"), ("zone", "date")] where value[needed] == nil {
            guard let written = value[key] else { continue }
            report(
                written.place, .mappingStep, "'\(key)' says nothing without '\(needed)'",
                "add '\(needed)' or remove '\(key)'")
        }
        let kinds = ["date", "number", "bool"].filter { value[$0] != nil }
        if kinds.count > 1 {
            report(
                value.place, .mappingStep, "'\(kinds.joined(separator: "' and '"))' stand together", "write one of them"
            )
        }
    }

    /// A value that stands in the file itself, cleaned as mapped text is.
    private func constant(_ value: ConfigValue?) -> MappedValue {
        guard let value else { return .missing }
        let texts = (value.items ?? [value]).compactMap(\.text).map { TextHygiene.clean($0).text }
        return value.items == nil ? MappedValue(texts).nonEmpty : MappedValue.list(texts).nonEmpty
    }
}

extension ConfigValue {
    /// A secret anywhere in it.
    var hasSecret: Bool {
        if isSecret { return true }
        return (items ?? []).contains(where: \.hasSecret) || (entries ?? []).contains { $0.value.hasSecret }
    }
}
