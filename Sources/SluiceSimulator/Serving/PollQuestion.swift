internal import SluiceSDK

/// Reads a question as the channel's own `source` writes it: which page, since when.
struct PollQuestion: Sendable {
    /// Where a placeholder of the configuration stands in the request.
    private enum Place: Sendable {
        case query(String)
        case json([String])
        case form(String)
    }

    private let page: Place?
    private let since: Place?
    private let sinceFormat: TimestampFormat?
    let style: String
    private let start: Int
    private let size: Int

    /// - Throws: `ConfigIssue`.
    init(_ source: Config) throws {
        let rule = source.optionalObject("page")
        style = try rule?.optionalString("style") ?? "none"
        start = try rule?.optionalInteger("start") ?? (style == "number" ? 1 : 0)
        size = try rule?.optionalInteger("size") ?? 50
        let sinceRule = source.optionalObject("since")
        sinceFormat = try sinceRule.map { try TimestampFormat($0, key: "format", default: "yyyy-MM-dd HH:mm:ss") }
        page = Self.place("page", try rule?.optionalString("param"), source)
        since = Self.place("since", try sinceRule?.optionalString("param"), source)
    }

    struct Asked: Sendable {
        var since: Timestamp?
        /// Position of the first record that is asked for.
        var offset: Int
        var size: Int
    }

    func read(_ request: PushRequest) -> Asked {
        let number = value(page, request).flatMap { Int($0) }
        let offset =
            switch style {
            case "number": ((number ?? start) - start) * size
            case "offset": (number ?? start) - start
            case "cursor": number ?? 0
            case "link-header": request.query.first { $0.name == "cursor" }.flatMap { Int($0.value) } ?? 0
            default: 0
            }
        let asked = value(since, request).flatMap { sinceFormat?.read($0) }
        return Asked(since: asked, offset: max(0, offset), size: style == "none" ? .max : size)
    }

    private func value(_ place: Place?, _ request: PushRequest) -> String? {
        switch place {
        case .query(let name): return request.query.first { $0.name == name }?.value
        case .form(let name):
            return QueryString.decode(String(decoding: request.body, as: UTF8.self)).first { $0.name == name }?.value
        case .json(let names):
            var found = (try? JSONDocument.parse(request.body))?.root
            for name in names { found = found?[name] }
            return found?.string ?? found?.numberText
        case nil: return nil
        }
    }

    private static func place(_ name: String, _ parameter: String?, _ source: Config) -> Place? {
        if let parameter { return .query(parameter) }
        let isMeant: (ConfigValue) -> Bool = { $0.text?.contains("{\(name)") == true }
        if let entry = source.optional("query")?.entries?.first(where: { isMeant($0.value) }) {
            return .query(entry.key)
        }
        let body = source.optionalObject("body")
        if let field = body?.optional("form")?.entries?.first(where: { isMeant($0.value) }) { return .form(field.key) }
        return body?.optional("json").flatMap { path(to: isMeant, in: $0) }.map(Place.json)
    }

    private static func path(to isMeant: (ConfigValue) -> Bool, in value: ConfigValue) -> [String]? {
        for entry in value.entries ?? [] {
            if isMeant(entry.value) { return [entry.key] }
            if let rest = path(to: isMeant, in: entry.value) { return [entry.key] + rest }
        }
        return nil
    }
}
