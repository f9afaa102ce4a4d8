internal import SluiceSDK

/// Reads what the channel's reply sender wants remembered, compiled once.
struct OriginProgram: Sendable {
    static let nothing = OriginProgram(values: [])

    private let values: [(name: String, selectors: [Selector])]

    /// A thread's ids may be many; the end of them tells most.
    private static let mostBytes = 4 << 10

    private init(values: [(name: String, selectors: [Selector])]) { self.values = values }

    /// - Throws: `ConfigIssue` for a selector that is none of the format's.
    init(_ wanted: [OriginValue], format: any Format) throws {
        values = try wanted.map { value in
            do {
                return (value.name, try value.selectors.map { try format.selector($0) })
            } catch let error as SelectorError {
                throw ConfigIssue(
                    at: value.place, "reply.remember",
                    "'\(value.selectors.joined(separator: ", "))' for '\(value.name)' is not a selector of this format: "
                        + error.reason,
                    hint: "write 'remember: { \(value.name): …, … }' with selectors of the channel's format")
            }
        }
    }

    func read(_ record: any Record) throws -> [String: String] {
        var found: [String: String] = [:]
        for value in values {
            for selector in value.selectors {
                let text = Self.text(try record.select(selector))
                if text.isEmpty { continue }
                found[value.name] = text
                break
            }
        }
        return found
    }

    private static func text(_ value: SelectedValue) -> String {
        switch value {
        case .text(let text), .number(let text), .structure(let text): clipped([text])
        case .boolean(let flag): flag ? "true" : "false"
        case .list(let items): clipped(items.map(text).filter { !$0.isEmpty })
        case .missing, .null: ""
        }
    }

    /// As many of the last words as there is room for.
    private static func clipped(_ words: [String]) -> String {
        var kept: [String] = []
        var length = 0
        for word in words.reversed() {
            length += word.utf8.count + 1
            if length > mostBytes { break }
            kept.append(word)
        }
        return kept.reversed().joined(separator: " ")
    }
}
