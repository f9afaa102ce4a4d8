internal import SluiceSDK
internal import TableKit

/// `query` and `since`: rows are read in an order, and where we are is remembered here.
struct CursorRule: Sendable {
    static let fields: [ConfigField] = [
        ConfigField(
            "query", .string, example: "\"SELECT id, title, updated_at FROM v_request\"",
            "By cursor: a SELECT without ORDER BY and LIMIT; it may read and change nothing."),
        ConfigField(
            "since", .object(sinceSpec), example: "{ column: updated_at, key: id }",
            "By cursor: what the rows are ordered by."),
    ]

    private static let sinceSpec = ConfigSpec([
        ConfigField(
            "column", .string, required: true, example: "updated_at",
            "A column that only grows: a number of a sequence, a time of change. Rows with NULL in it are not seen."),
        ConfigField(
            "key", .string, example: "id",
            "A column that tells rows of the same `column` apart. Left out only where `column` itself is unique."),
        ConfigField(
            "start", .scalar, example: "\"2026-01-01\"", "Where the first reading begins; everything when left out."),
    ])

    let query: String
    let columns: [String]
    let start: TableValue?

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        for other in ["table", "key", "state_column", "take", "write_back", "claim_column"] {
            guard let found = config.optional(other) else { continue }
            throw ConfigIssue(
                at: found.place, "table.mode", "'\(other)' does not go with 'query'",
                hint: "write 'query' and 'since', or 'table', 'key', 'state_column' and 'take'")
        }
        let text = try config.string("query").trimmingSemicolon
        let place = config.optional("query")?.place ?? config.place
        let first = text.prefix { $0.isLetter }.lowercased()
        guard ["select", "with", "table", "values"].contains(first) else {
            throw ConfigIssue(
                at: place, "table.query", "'query' is no SELECT", hint: "write 'query: SELECT id, … FROM request'")
        }
        guard !text.contains(";") else {
            throw ConfigIssue(at: place, "table.query", "'query' is one statement, without ';'", hint: "remove ';'")
        }
        query = text
        let since = try config.object("since")
        let column = try TableName.column(since, "column") ?? ""
        let key = try TableName.column(since, "key")
        columns = key == nil || key == column ? [column] : [column, key ?? ""]
        start = since.optional("start").map { TableValue($0) }
    }

    /// - Parameters:
    ///   - after: where to go on; nil is the beginning.
    ///   - upTo: where to end, included.
    func statement(
        after: [TableValue]?, upTo: [TableValue]? = nil, most: Int, _ session: any TableSession
    ) -> (sql: String, values: [TableValue]) {
        var values: [TableValue] = []
        func row(_ row: [TableValue]) -> String {
            let places = row.map { value in
                values.append(value)
                return session.parameter(values.count)
            }
            return "(" + places.joined(separator: ", ") + ")"
        }
        let names = columns.map(TableName.quoted).joined(separator: ", ")
        var conditions: [String] = []
        if let after {
            conditions.append("(\(names)) > \(row(after))")
        } else if let start {
            conditions.append("\(TableName.quoted(columns[0])) >= \(row([start]))")
        }
        if let upTo { conditions.append("(\(names)) <= \(row(upTo))") }
        conditions += columns.map { TableName.quoted($0) + " IS NOT NULL" }
        let sql =
            "SELECT * FROM (\(query)) AS q WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(names) LIMIT \(most)"
        return (sql, values)
    }
}

extension String {
    fileprivate var trimmingSemicolon: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return String(text)
    }
}
