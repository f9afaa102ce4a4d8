internal import SluiceConfig
internal import SluiceSDK

extension MappingCompiler {
    /// Always in this order: decode, match, lookup, clean, then date, number or bool.
    mutating func addSteps(
        to program: inout ValueProgram, _ value: ConfigValue, kind: FieldDefinition.Kind, isItem: Bool
    ) {
        addDecoding(to: &program, value, isItem: isItem)
        if let written = value["match"], let pattern = pattern(written) { program.steps.append(.match(pattern)) }
        if let written = value["lookup"], let table = table(written) { program.steps.append(.lookup(table)) }
        if let cleaning = cleaning(value, program, kind) { program.steps.append(.clean(cleaning)) }
        if let written = value["date"] {
            addDate(to: &program, written, zone: value["zone"])
        } else if isTrue(value["number"]) {
            program.steps.append(.number)
        } else if isTrue(value["bool"]) {
            program.steps.append(.bool)
        } else {
            addImplicit(to: &program, kind)
        }
    }

    private func isTrue(_ value: ConfigValue?) -> Bool {
        value?.text == "true"
    }

    private mutating func addDecoding(to program: inout ValueProgram, _ value: ConfigValue, isItem: Bool) {
        let written = value["decode"].map { $0.items ?? [$0] } ?? []
        if let at = value["at"], !["json", "xml"].contains(written.last?.text) {
            report(
                at.place, .mappingStep, "'at' says nothing without 'decode: json' or 'decode: xml'",
                "add 'decode' or remove 'at'")
        }
        for (index, item) in written.enumerated() {
            switch item.text ?? "" {
            case let name where (name == "json" || name == "xml") && index < written.count - 1:
                report(
                    item.place, .mappingStep, "nothing can be decoded after '\(name)'",
                    "write \(name) last, and 'at' for what is inside")
            case "json", "xml":
                guard let way = way(into: item.text ?? "", at: value["at"]) else { continue }
                var slot: Int?
                if case .selector(let selector) = program.source, !isItem {
                    slot = self.slot(([selector.text] + written.map { $0.text ?? "" }).joined(separator: "\u{0}"))
                    program.sharedUnpacking = program.steps.count
                }
                program.steps.append(.unpack(Unpacking(way: way, slot: slot)))
            case let name:
                if let decoding = TextDecoding(rawValue: name) { program.steps.append(.decode(decoding)) }
            }
        }
    }

    /// What stands in `at`: JSONPath behind `json`, XPath behind `xml`.
    private mutating func way(into kind: String, at value: ConfigValue?) -> Unpacking.Way? {
        do throws(SelectorError) {
            if kind == "json" {
                return .json(try value.map { (at) throws(SelectorError) in try JSONPath(configured: at.text ?? "") })
            }
            return .xml(try XPath(value?.text ?? Unpacking.root, .ignored))
        } catch {
            let place = value?.place ?? .unknown
            report(
                place, .mappingSelector, kind == "json" ? "'at' is not a JSONPath" : "'at' is not an XPath",
                value?.isSecret == true ? nil : error.reason)
            return nil
        }
    }

    private mutating func pattern(_ value: ConfigValue) -> Pattern? {
        do throws(Pattern.SyntaxError) {
            return try Pattern(value.text ?? "")
        } catch {
            report(
                value.place, .mappingPattern, "the pattern of 'match' is wrong at byte \(error.offset)", error.reason)
            return nil
        }
    }

    /// A map in place, or the name of one under `rules/`.
    private mutating func table(_ value: ConfigValue) -> [String: String]? {
        if let name = value.text {
            if let table = lookups[name] { return table.mapValues { TextHygiene.clean($0).text } }
            let near = NearestName.of(name, among: lookups.keys.sorted()).map { "did you mean '\($0)'?" }
            report(
                value.place, .mappingLookup, "there is no lookup '\(value)'",
                near ?? "write a map, or the name of a flat map in rules/<name>.yaml")
            return nil
        }
        guard let entries = value.entries, !entries.isEmpty else {
            report(
                value.place, .mappingLookup, "'lookup' is not a map",
                "write { \"1\": complaint }, or the name of rules/<name>.yaml")
            return nil
        }
        var table: [String: String] = [:]
        for entry in entries {
            guard let text = entry.value.text else {
                report(
                    entry.value.place, .mappingLookup, "'\(entry.key)' of 'lookup' is not a single value",
                    "write \(entry.key): value")
                continue
            }
            table[entry.key] = entry.value.isNull ? "" : TextHygiene.clean(text).text
        }
        return table
    }

    /// Text is cleaned even when nothing is said; what the file itself gives was cleaned when it was compiled.
    private func cleaning(_ value: ConfigValue, _ program: ValueProgram, _ kind: FieldDefinition.Kind) -> Cleaning? {
        if let written = value["clean"]?.text { return Cleaning(rawValue: written) }
        if value["lookup"] != nil { return nil }
        switch program.source {
        case .constant, .digest, .template: return nil
        default: break
        }
        switch kind {
        case .string, .code, .choice, .strings: return .text
        default: return nil
        }
    }

    private mutating func addDate(to program: inout ValueProgram, _ written: ConfigValue, zone: ConfigValue?) {
        var from = self.zone
        if let zone {
            if let found = Zone(name: zone.text ?? "") {
                from = found
            } else {
                report(
                    zone.place, .zoneTime, "there is no time zone '\(zone)'",
                    "write an IANA name like Asia/Shanghai, or an offset like +08:00")
            }
        }
        let readings = (written.items ?? [written]).compactMap { reading($0) }
        program.steps.append(.date(readings, zone: from, written: self.zone))
    }

    private mutating func reading(_ value: ConfigValue) -> DateReading? {
        switch value.text ?? "" {
        case "epoch-s": return .epochSeconds
        case "epoch-ms": return .epochMilliseconds
        case "rfc3339": return .rfc3339
        case let text:
            do {
                return .pattern(try DatePattern(text))
            } catch {
                report(
                    value.place, .mappingDate, "'date' is not a pattern",
                    value.isSecret ? nil : (error as? SelectorError)?.reason)
                return nil
            }
        }
    }

    /// What a field's kind asks for when the value object does not say it.
    private func addImplicit(to program: inout ValueProgram, _ kind: FieldDefinition.Kind) {
        if case .constant = program.source { return }
        switch kind {
        case .dateTime: program.steps.append(.date([.rfc3339], zone: zone, written: zone))
        case .number: program.steps.append(.number)
        case .boolean: program.steps.append(.bool)
        default: break
        }
    }
}
