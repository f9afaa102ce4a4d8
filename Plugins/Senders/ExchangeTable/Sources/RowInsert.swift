internal import SluiceSDK
internal import TableKit

/// A row for each thing that is sent, known again by one column of its own.
struct RowInsert: Sendable {
    static func fields(_ id: String) -> [ConfigField] {
        [
            ConfigField(
                "insert", .map(.template), example: "{ reply_id: \"{\(id)}\", result: \"…\" }",
                "A new row: its columns and their values."),
            ConfigField(
                "unique", .string, example: "reply_id",
                "Which of them holds `{\(id)}`; the table needs a unique index over it alone, so that what is sent twice "
                    + "stands there once."),
        ]
    }

    let table: TableName
    let row: RowTemplates
    private let unique: String

    /// - Parameter id: the placeholder that is the same in every attempt.
    /// - Throws: `ConfigIssue`.
    init(_ config: Config, _ table: TableName, id: String, allowed: Set<String>) throws {
        self.table = table
        row = try RowTemplates(config, "insert", allowed: allowed)
        unique = try TableName.column(config, "unique") ?? ""
        let index = row.columns.firstIndex(of: unique)
        guard let index, row.templates[index].names == [id] else {
            throw ConfigIssue(
                at: config.optional("unique")?.place ?? config.place, "table.unique",
                "'unique' must name the column of 'insert' that holds {\(id)}",
                hint: "write 'insert: { reply_id: \"{\(id)}\", … }' and 'unique: reply_id'")
        }
    }

    /// - Returns: false when it stands there already.
    func write(_ session: any TableSession, _ value: (String, String?) -> String?) throws -> Bool {
        let names = row.columns.map(TableName.quoted).joined(separator: ", ")
        let places = row.columns.indices.map { session.parameter($0 + 1) }.joined(separator: ", ")
        // Of this column alone: that another one forbids the row has to be heard.
        let count = try session.execute(
            "INSERT INTO \(table.quoted) (\(names)) VALUES (\(places)) ON CONFLICT (\(TableName.quoted(unique))) "
                + "DO NOTHING", row.values(value))
        return count > 0
    }
}
