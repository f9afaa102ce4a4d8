internal import SluiceSDK

/// A value on its way from a record to a ticket field. Numbers and booleans travel in their spelling.
enum MappedValue: Sendable, Equatable {
    case missing
    case text(String)
    case list([String])

    init(_ texts: [String]) {
        switch texts.count {
        case 0: self = .missing
        case 1: self = .text(texts[0])
        default: self = .list(texts)
        }
    }

    var texts: [String] {
        switch self {
        case .missing: []
        case .text(let text): [text]
        case .list(let items): items
        }
    }

    /// What is empty counts as missing, so that defaults and required fields see it.
    func map(_ change: (String) throws -> String?) rethrows -> MappedValue {
        switch self {
        case .missing: return .missing
        case .text(let text):
            guard let changed = try change(text), !changed.isEmpty else { return .missing }
            return .text(changed)
        case .list(let items):
            let changed = try items.compactMap(change).filter { !$0.isEmpty }
            return changed.isEmpty ? .missing : .list(changed)
        }
    }
}

extension SelectedValue {
    /// Every scalar in it; nil when an object stands where a value is wanted.
    var scalars: [String]? {
        switch self {
        case .missing, .null: return []
        case .text(let text): return [text]
        case .number(let spelling): return [spelling]
        case .boolean(let flag): return [flag ? "true" : "false"]
        case .structure: return nil
        case .list(let items):
            var all: [String] = []
            for item in items {
                guard let inner = item.scalars else { return nil }
                all += inner
            }
            return all
        }
    }

    /// For explanations.
    var shown: String {
        switch self {
        case .missing: "(missing)"
        case .null: "null"
        case .text(let text): text
        case .number(let spelling): spelling
        case .boolean(let flag): flag ? "true" : "false"
        case .structure(let text): text
        case .list(let items): "[" + items.map(\.shown).joined(separator: ", ") + "]"
        }
    }
}
