internal import SluiceSDK

/// `page:`: how the source cuts its answer into pages, and how the last one is known.
struct PageRule: Sendable {
    enum Style: String, CaseIterable {
        case number, offset, cursor, none
        case linkHeader = "link-header"
    }

    enum Stop: String, CaseIterable {
        case empty, short, total
    }

    static let spec = ConfigSpec([
        ConfigField(
            "style", .choice(["number", "offset", "cursor", "link-header", "none"]), default: "none", example: "number",
            "`number` and `offset` count, `cursor` takes the next place from the page, `link-header` from RFC 8288's "
                + "`Link: <…>; rel=\"next\"`, `none` has one page."),
        ConfigField(
            "param", .string, example: "pageNo",
            "The query parameter; left out where `{page}` stands in the URL, a header or the body."),
        ConfigField("start", .integer(0...1), example: "1", "The first number (1) or offset (0)."),
        ConfigField(
            "size", .integer(1...100_000), example: "200", "Records of a full page: needed by `offset` and `short`."),
        ConfigField(
            "items", .string, example: "$.data.rows[*]",
            "The path to the records of a page: needed by `number`, `offset` and `since`. A JSONPath, or of XML an XPath "
                + "(`/orders/order`; namespaces do not count)."),
        ConfigField(
            "next", .string, example: "$.data.nextCursor", "The path to the cursor; nothing there ends the pass."),
        ConfigField(
            "stop", .choice(Stop.allCases.map(\.rawValue)), default: "empty", example: "total",
            "The last page of `number` and `offset` is an `empty` one, a `short` one, or the one that reaches `total`."),
        ConfigField(
            "total", .string, example: "$.data.total",
            "The path to the number of records in all pages. It also shows when records go while pages are read."),
        ConfigField(
            "most", .integer(1...10_000_000), default: "100000", example: "1000",
            "Pages of one pass; a source with more of them does not end."),
    ])

    let style: Style
    let parameter: String?
    let start: Int
    let size: Int?
    let items: AnswerPath?
    let next: AnswerPath?
    let stop: Stop
    let total: AnswerPath?
    let most: Int

    /// - Throws: `ConfigIssue`.
    init(_ config: Config?) throws {
        let config = config ?? Config(ConfigValue(.map([])))
        style = Style(rawValue: try config.optionalString("style") ?? "none") ?? .none
        parameter = try config.optionalString("param")
        start = try config.optionalInteger("start") ?? (style == .number ? 1 : 0)
        size = try config.optionalInteger("size")
        items = config.has("items") ? try AnswerPath(config, "items") : nil
        next = config.has("next") ? try AnswerPath(config, "next") : nil
        stop = Stop(rawValue: try config.optionalString("stop") ?? "empty") ?? .empty
        total = config.has("total") ? try AnswerPath(config, "total") : nil
        most = try config.optionalInteger("most") ?? 100_000
        try check(config.place)
    }

    private func check(_ place: ConfigPlace) throws {
        let kinds = Set([items, next, total].compactMap { $0?.isXML })
        if kinds.count > 1 {
            throw ConfigIssue(
                at: place, "http-poll.page", "'page' has paths of two kinds",
                hint: "write JSONPaths, which begin with $, or XPaths")
        }
        let isCounting = style == .number || style == .offset
        let needs: [(Bool, String, String)] = [
            (isCounting && items == nil, "items", "$.data.rows[*]"),
            (style == .cursor && next == nil, "next", "$.data.nextCursor"),
            (style == .offset && size == nil, "size", "200"),
            (isCounting && stop == .short && size == nil, "size", "200"),
            (isCounting && stop == .total && total == nil, "total", "$.data.total"),
        ]
        for (isMissing, key, example) in needs where isMissing {
            throw ConfigIssue(
                at: place, "http-poll.page", "'page' needs '\(key)' for this style and stop",
                hint: "add '\(key): \(example)'")
        }
    }

    /// What is sent for the first page; nothing where the source begins by itself.
    var first: String? { style == .number || style == .offset ? "\(start)" : nil }

    /// What counting styles ask for next.
    func following(_ position: String?) -> String {
        let current = position.flatMap { Int($0) } ?? start
        let (sum, isTooFar) = current.addingReportingOverflow(style == .offset ? size ?? 1 : 1)
        return "\(isTooFar ? current : sum)"
    }
}
