internal import Foundation
internal import SluiceSDK

extension TicketFilter {
    /// nil when there was an issue.
    static func parse(_ value: ConfigValue, into issues: inout [ConfigIssue]) -> TicketFilter? {
        guard let entries = value.entries, !entries.isEmpty else {
            let hint = "write { field: value }, { text: [words] }, { all: […] }, { any: […] } or { not: … }"
            issues.append(.init(at: value.place, .handlerMatch, "'match' is not a map of conditions", hint: hint))
            return nil
        }
        let parts = entries.compactMap { parse($0, into: &issues) }
        guard parts.count == entries.count else { return nil }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private static func parse(_ entry: ConfigEntry, into issues: inout [ConfigIssue]) -> TicketFilter? {
        switch entry.key {
        case "all": return parts(entry, into: &issues).map(TicketFilter.all)
        case "any": return parts(entry, into: &issues).map(TicketFilter.any)
        case "not": return parse(entry.value, into: &issues).map(TicketFilter.not)
        case "text": return texts(entry.value, of: "text", into: &issues).map { .text($0.map(FilterWord.init)) }
        default: return field(entry, into: &issues)
        }
    }

    private static func parts(_ entry: ConfigEntry, into issues: inout [ConfigIssue]) -> [TicketFilter]? {
        guard let items = entry.value.items, !items.isEmpty else {
            let hint = "write \(entry.key): [ { … }, { … } ]"
            issues.append(
                .init(at: entry.value.place, .handlerMatch, "'\(entry.key)' is not a list of conditions", hint: hint))
            return nil
        }
        let parts = items.compactMap { parse($0, into: &issues) }
        return parts.count == items.count ? parts : nil
    }

    private static func field(_ entry: ConfigEntry, into issues: inout [ConfigIssue]) -> TicketFilter? {
        guard let field = IntakeField(name: entry.key), field.isMatchable else {
            let known = IntakeField.allCases.filter(\.isMatchable).map(\.name) + ["all", "any", "not", "text"]
            let hint = NearestName.hint(for: entry.key, among: known)
            issues.append(
                .init(at: entry.place, .handlerMatch, "'\(entry.key)' is not a field that can be matched", hint: hint))
            return nil
        }
        if let prefixes = entry.value.entries { return prefix(field, prefixes, at: entry.value.place, into: &issues) }
        guard let values = texts(entry.value, of: entry.key, into: &issues) else { return nil }
        guard case .choice(let choices) = field.definition.kind else { return .isOne(field, Set(values)) }
        let strangers = values.filter { !choices.contains($0) }
        for stranger in strangers {
            let hint = NearestName.hint(for: stranger, among: choices)
            issues.append(
                .init(at: entry.value.place, .handlerMatch, "'\(entry.key)' is never '\(stranger)'", hint: hint))
        }
        return strangers.isEmpty ? .isOne(field, Set(values)) : nil
    }

    private static func prefix(
        _ field: IntakeField, _ entries: [ConfigEntry], at place: ConfigPlace, into issues: inout [ConfigIssue]
    ) -> TicketFilter? {
        guard entries.count == 1, entries[0].key == "prefix" else {
            issues.append(
                .init(
                    at: place, .handlerMatch, "'\(field.name)' takes a value, a list or a prefix",
                    hint: "write { prefix: … }"))
            return nil
        }
        return texts(entries[0].value, of: "prefix", into: &issues).map { .hasPrefix(field, $0) }
    }

    /// One text or a list of texts, none of them empty, in NFC as tickets are.
    private static func texts(_ value: ConfigValue, of name: String, into issues: inout [ConfigIssue]) -> [String]? {
        let texts = (value.items ?? [value]).map { $0.text ?? "" }
        guard !texts.isEmpty, !texts.contains("") else {
            issues.append(
                .init(
                    at: value.place, .handlerMatch, "'\(name)' is not text or a list of texts",
                    hint: "write \(name): [a, b]"))
            return nil
        }
        return texts.map(\.precomposedStringWithCanonicalMapping)
    }
}

extension IntakeField {
    /// Lists of objects have no values to compare; times and coordinates are no sets.
    var isMatchable: Bool {
        switch definition.kind {
        case .string, .code, .boolean, .choice, .strings: self != .personalFields
        case .number, .dateTime, .attributes, .attachments, .rawLineage, .integer: false
        }
    }
}
