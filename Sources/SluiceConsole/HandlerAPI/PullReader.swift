internal import SluiceInternal
internal import SluiceSDK

/// Reads what a handler says when it fetches events, strictly.
enum PullReader {
    static let limits = 1...1000
    static let standardLimit = 100
    /// As many as can be leased at once.
    static let mostIDs = 5_000

    /// `limit=…`
    /// - Throws: `CaseError` of kind `invalid`.
    static func limit(_ query: String) throws -> Int {
        var limit = standardLimit
        for (name, value) in QueryString.decode(query) {
            guard name == "limit" else { throw invalid(name, "pull.unknown-parameter", "the one parameter is 'limit'") }
            guard let number = Int(value), limits.contains(number) else {
                throw invalid(
                    "limit", "pull.limit", "'limit' is a number from \(limits.lowerBound) to \(limits.upperBound)")
            }
            limit = number
        }
        return limit
    }

    /// `{"event_ids": ["…"]}`
    /// - Throws: `CaseError` of kind `invalid`.
    static func eventIDs(_ body: [UInt8]) throws -> [String] {
        let document: JSONDocument
        do {
            document = try JSONDocument.parse(body, maxDepth: 8)
        } catch {
            throw invalid("", "pull.json", "the body is not JSON: \(error)")
        }
        let root = document.root
        guard root.kind == .object else { throw invalid("", "pull.json", "the body is not a JSON object") }
        var ids: [String]?
        try root.forEachMember { name, value in
            guard name == "event_ids" else {
                throw invalid(name, "pull.unknown-field", "unknown field; the one field is 'event_ids'")
            }
            guard ids == nil else { throw invalid(name, "pull.duplicate-field", "'event_ids' stands twice") }
            ids = try texts(value)
        }
        guard let ids else { throw invalid("event_ids", "pull.missing-field", "'event_ids' is missing") }
        return ids
    }

    private static func texts(_ list: JSONElement) throws -> [String] {
        guard list.kind == .array else { throw invalid("event_ids", "pull.field-type", "'event_ids' is no list") }
        var ids: [String] = []
        try list.forEachElement { element in
            guard let id = element.string, !element.isDamaged else {
                throw invalid("event_ids", "pull.field-type", "an event id is not text")
            }
            guard ids.count < mostIDs else {
                throw invalid("event_ids", "pull.too-many", "more than \(mostIDs) ids; send them in several calls")
            }
            ids.append(id)
        }
        return ids
    }

    private static func invalid(_ field: String, _ code: String, _ reason: String) -> CaseError {
        CaseError(.invalid(field: field), code, reason)
    }
}
