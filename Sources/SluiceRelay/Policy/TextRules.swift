internal import Foundation
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// The rules that look at one ticket by itself. A finding names the rule by its place in relay.yaml and the field, never
/// what stands there.
struct TextRules: Sendable {
    private struct Rule {
        var number: Int
        var rule: HoldRule
        var words: [String]
    }

    private let rules: [Rule]

    init(_ rules: [HoldRule]) {
        self.rules = rules.enumerated().filter { $1.readsTexts }.map {
            Rule(number: $0 + 1, rule: $1, words: $1.words.map(Self.folded))
        }
    }

    private static let fields: [IntakeField] = [
        .title, .description, .tags, .attributes, .locationAddress, .respondentName,
    ]

    /// nil when none fires.
    func check(_ ticket: IntakeTicket, _ item: Item) -> Finding? {
        for rule in rules where rule.rule.covers(item.channelID) {
            if let finding = check(rule, ticket, item) { return finding }
        }
        return nil
    }

    private func check(_ rule: Rule, _ ticket: IntakeTicket, _ item: Item) -> Finding? {
        if item.sealed != nil, ticket[.description] == nil {
            if rule.rule.sealedText == .release { return nil }
            return .held("hold.sealed", "rule \(rule.number) cannot look into a text that is sealed")
        }
        var size = 0
        for field in Self.fields {
            for text in ticket[field]?.texts ?? [] {
                size += text.utf8.count
                let folded = rule.words.isEmpty ? "" : Self.folded(text)
                if rule.words.contains(where: { folded.contains($0) }) {
                    return .held("hold.words", "rule \(rule.number): \(field.name) has one of its words")
                }
            }
        }
        if let most = rule.rule.text, size > most {
            return .held("hold.size", "rule \(rule.number): the texts have \(size) bytes, more than \(most)")
        }
        return rule.rule.attachments.flatMap { check($0, rule.number, ticket) }
    }

    private func check(_ allowed: HoldRule.Attachments, _ number: Int, _ ticket: IntakeTicket) -> Finding? {
        guard case .attachments(let items)? = ticket[.attachments] else { return nil }
        if let most = allowed.count, items.count > most {
            return .held("hold.attachments", "rule \(number): \(items.count) attachments, more than \(most)")
        }
        for (index, item) in items.enumerated() {
            if let most = allowed.size, let size = item.size, size > most {
                return .held(
                    "hold.attachments", "rule \(number): attachments[\(index)] has \(size) bytes, more than \(most)")
            }
            if !allowed.types.isEmpty, !allowed.types.contains(where: { Self.matches($0, item.mediaType) }) {
                return .held("hold.attachments", "rule \(number): attachments[\(index)] is of another type, or of none")
            }
        }
        return nil
    }

    private static func matches(_ pattern: String, _ type: String?) -> Bool {
        guard let type = type?.lowercased() else { return false }
        let pattern = pattern.lowercased()
        return pattern.hasSuffix("/*") ? type.hasPrefix(String(pattern.dropLast())) : type == pattern
    }

    /// Spaces between the characters of a word are the oldest way around a list of words.
    private static func folded(_ text: String) -> String {
        String(text.precomposedStringWithCompatibilityMapping.lowercased().filter { !$0.isWhitespace })
    }
}
