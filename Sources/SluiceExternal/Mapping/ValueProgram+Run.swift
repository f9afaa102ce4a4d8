internal import SluiceSDK

extension ValueProgram {
    /// - Parameter record: the record, or the node that `each` found.
    /// - Throws: `RecordFault`, which never quotes a value.
    func run(_ run: inout MappingRun, on record: any Record) throws -> MappedValue {
        var (value, next) = (MappedValue.missing, 0)
        if let (index, unpacking, document) = unpacked(run) {
            value = MappedValue(try unpacking.texts(in: document, fault: fault)).nonEmpty
            next = index + 1
            run.trace?.raw = "(unpacked before)"
        } else {
            value = try read(&run, record)
        }
        for step in steps[next...] {
            if value == .missing { break }
            value = try apply(step, to: value, &run)
            run.trace?.steps.append(.init(name: step.name, result: value.shown))
        }
        guard value == .missing, fallback != .missing, run.followUp == nil else { return value }
        run.trace?.steps.append(.init(name: "default", result: fallback.shown))
        return fallback
    }

    /// The step that unpacks and the document, when another field has unpacked the same value already.
    private func unpacked(_ run: MappingRun) -> (Int, Unpacking, UnpackedDocument)? {
        guard let index = sharedUnpacking, case .unpack(let unpacking) = steps[index], let slot = unpacking.slot,
            let document = run.documents[slot]
        else { return nil }
        return (index, unpacking, document)
    }

    private func read(_ run: inout MappingRun, _ record: any Record) throws -> MappedValue {
        switch source {
        case .constant(let value): return value
        case .selector(let selector): return MappedValue(try texts(selector, record, &run)).nonEmpty
        case .split(let selector, let separator):
            return .list(try texts(selector, record, &run).flatMap { $0.pieces(separatedBy: separator) }).nonEmpty
        case .join(let selectors, let separator):
            let parts = try selectors.flatMap { try texts($0, record, &run) }.filter { !$0.isEmpty }
            return parts.isEmpty ? .missing : .text(parts.joined(separator: separator))
        case .first(let selectors):
            for selector in selectors {
                if let found = try texts(selector, record, &run).first(where: { !$0.isBlank }) { return .text(found) }
            }
            return .missing
        case .digest(let selectors):
            let parts = try selectors.map { try texts($0, record, &run).joined(separator: "\u{1F}") }
            return parts.allSatisfy(\.isEmpty) ? .missing : .text(StableID.make(parts))
        case .template(let template): return .text(template.render(run.ticket)).nonEmpty
        }
    }

    private func texts(_ selector: Selector, _ record: any Record, _ run: inout MappingRun) throws -> [String] {
        let found = try select(selector, record)
        if let earlier = run.trace { run.trace?.raw = earlier.raw.map { $0 + ", " + found.shown } ?? found.shown }
        if let texts = found.scalars { return texts }
        throw fault("map.structure", "an object stands where a value is wanted; select a member of it")
    }

    private func select(_ selector: Selector, _ record: any Record) throws -> SelectedValue {
        do {
            return try record.select(selector)
        } catch let found as RecordFault {
            throw fault(found.code, found.reason)
        }
    }

    private func apply(_ step: Step, to value: MappedValue, _ run: inout MappingRun) throws -> MappedValue {
        switch step {
        case .decode(let decoding): return try value.map { try decode($0, decoding) }
        case .unpack(let unpacking): return try unpack(value, unpacking, &run)
        case .match(let pattern): return try value.map { try match($0, pattern) }
        case .lookup(let table): return try value.map { try look($0, in: table) }
        case .clean(let cleaning): return clean(value, cleaning, &run)
        case .date(let readings, let zone, let written):
            return try value.map { text in
                let text = text.trimmed
                if text.isEmpty { return nil }
                for reading in readings {
                    if let time = reading.read(text, in: zone, written: written) { return time.rfc3339(in: written) }
                }
                throw fault("map.date", "the value is not a date as the mapping describes it")
            }
        case .number: return try value.map { $0.isBlank ? nil : try number($0).spelling }
        case .bool: return try value.map { $0.isBlank ? nil : try boolean($0) ? "true" : "false" }
        }
    }

    private func decode(_ text: String, _ decoding: TextDecoding) throws -> String {
        if let decoded = decoding.decode(text) { return decoded }
        throw fault("map.decode", "the value is not \(decoding.rawValue) of UTF-8 text")
    }

    private func unpack(_ value: MappedValue, _ unpacking: Unpacking, _ run: inout MappingRun) throws -> MappedValue {
        guard case .text(let text) = value else {
            throw fault("map.decode", "several values stand where one document is wanted")
        }
        let document = try unpacking.document(in: text, fault: fault)
        if let slot = unpacking.slot { run.documents[slot] = document }
        return MappedValue(try unpacking.texts(in: document, fault: fault)).nonEmpty
    }

    private func match(_ text: String, _ pattern: Pattern) throws -> String? {
        switch pattern.firstMatch(in: text) {
        case .found(let found): return found
        case .none: return nil
        case .overLimit: throw fault("map.match-limit", "the pattern of 'match' took too long on this value")
        }
    }

    private func look(_ text: String, in table: [String: String]) throws -> String? {
        if let found = table[text] ?? table[text.trimmed] { return found }
        if text.isBlank || fallback != .missing { return nil }
        throw fault("map.lookup", "the value is not in the mapping's lookup, and there is no default")
    }

    private func clean(_ value: MappedValue, _ cleaning: Cleaning, _ run: inout MappingRun) -> MappedValue {
        value.map { text in
            let (cleaned, stripped) = TextHygiene.clean(cleaning.apply(text))
            if stripped { run.noteStripped(field) }
            return cleaned
        }
    }

    func number(_ text: String) throws -> (spelling: String, value: Double) {
        let text = text.trimmed
        // Double also reads "nan", "0x1p3" and "infinity".
        guard text.utf8.allSatisfy({ (0x2B...0x39).contains($0) && $0 != 0x2C && $0 != 0x2F || $0 | 0x20 == 0x65 }),
            let number = Double(text), number.isFinite
        else { throw fault("map.number", "the value is not a number") }
        return (text, number)
    }

    func boolean(_ text: String) throws -> Bool {
        switch text.trimmed.lowercased() {
        case "true", "1", "yes", "y", "是": return true
        case "false", "0", "no", "n", "否": return false
        default: throw fault("map.bool", "the value is not true, false, 1, 0, yes, no, y, n, 是 or 否")
        }
    }
}

extension MappedValue {
    /// Empty texts are no values.
    var nonEmpty: MappedValue {
        switch self {
        case .missing: return .missing
        case .text(let text): return text.isEmpty ? .missing : self
        case .list(let items):
            let full = items.filter { !$0.isEmpty }
            return full.isEmpty ? .missing : .list(full)
        }
    }

    var shown: String {
        switch self {
        case .missing: "(missing)"
        case .text(let text): text
        case .list(let items): "[" + items.joined(separator: ", ") + "]"
        }
    }
}
