internal import SluiceSDK
internal import TableKit

/// Columns and the templates of their values: `{ result: "{reply.public_text}" }`.
struct RowTemplates: Sendable {
    let columns: [String]
    let templates: [Template]

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, _ key: String, allowed: Set<String>) throws {
        let value = try config.required(key)
        let entries = value.entries ?? []
        guard !entries.isEmpty else {
            throw ConfigIssue(
                at: value.place, "table.columns", "'\(key)' names no column", hint: "write '\(key): { column: value }'")
        }
        columns = entries.map(\.key)
        try TableName.check(columns, value.place)
        templates = try entries.map { try Template($0.value, allowed: allowed) }
    }

    func values(_ value: (String, String?) -> String?) -> [TableValue] {
        templates.map { .text($0.render(value: value)) }
    }

    /// `{"a":"…","b":"…"}`
    func write(to writer: inout JSONWriter, _ value: (String, String?) -> String?) {
        writer.beginObject()
        for (column, template) in zip(columns, templates) { writer.field(column, template.render(value: value)) }
        writer.endObject()
    }

    /// `"a" = $3, "b" = $4`
    func assignments(_ session: any TableSession, from first: Int, separator: String) -> String {
        columns.enumerated().map { TableName.quoted($0.element) + " = " + session.parameter(first + $0.offset) }
            .joined(separator: separator)
    }
}
