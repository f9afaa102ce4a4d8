public import SluiceSDK
internal import TableKit

/// Writes replies into a table of a front-end database: into columns of the row they answer, or as rows of their own.
public struct ExchangeTableReplySender: ReplySender {
    public static let spec = PluginSpec(
        "exchange-table", "Writes replies into a table, in PostgreSQL or SQLite: columns of a row, or new rows.",
        ConfigSpec(
            TableAddress.fields + [
                ConfigField("table", .string, required: true, example: "public.request", "The table."),
                ConfigField(
                    "set", .map(.template), example: "{ result: \"{reply.public_text}\", state: \"3\" }",
                    "Columns that are written back, and their values; goes with `where`."),
                ConfigField(
                    "where", .map(.template), example: "{ id: \"{external_id}\" }",
                    "Which row that is; it has to be exactly one."),
            ] + RowInsert.fields("reply.id") + [ReplyDates.field]))

    private enum Way: Sendable {
        case insert(RowInsert)
        case update(TableName, set: RowTemplates, match: RowTemplates)
    }

    private let way: Way
    private let line: TableLine
    private let dates: ReplyDates

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        line = TableLine(try TableAddress(config))
        let table = try TableName(config)
        let isUpdate = config.has("set") || config.has("where")
        guard isUpdate != (config.has("insert") || config.has("unique")) else {
            throw ConfigIssue(
                at: config.place, "table.mode", "a reply is written back into a row, or is a new one",
                hint: "write 'set' and 'where', or 'insert' and 'unique'")
        }
        var templates: [Template]
        if isUpdate {
            let set = try RowTemplates(config, "set", allowed: ReplyFacts.names)
            let match = try RowTemplates(config, "where", allowed: ReplyFacts.names)
            guard match.templates.contains(where: { !$0.names.isEmpty }) else {
                throw ConfigIssue(
                    at: config.optional("where")?.place ?? config.place, "table.where",
                    "'where' names the same row for every reply", hint: "write 'where: { id: \"{external_id}\" }'")
            }
            way = .update(table, set: set, match: match)
            templates = set.templates + match.templates
        } else {
            let insert = try RowInsert(config, table, id: "reply.id", allowed: ReplyFacts.names)
            way = .insert(insert)
            templates = insert.row.templates
        }
        dates = try ReplyDates(templates, config)
    }

    /// The table, and what is written where.
    public func draft(_ reply: Reply) throws -> ReplyDraft? {
        let facts = ReplyFacts(reply, dates: dates)
        var writer = JSONWriter()
        writer.beginObject()
        let target: String
        switch way {
        case .insert(let insert):
            target = insert.table.description
            writer.key("insert")
            insert.row.write(to: &writer, facts.value)
        case .update(let table, let set, let match):
            target = table.description
            writer.key("set")
            set.write(to: &writer, facts.value)
            writer.key("where")
            match.write(to: &writer, facts.value)
        }
        writer.endObject()
        return ReplyDraft(target: target, body: writer.bytes)
    }

    public func send(_ reply: Reply) async throws -> SourceAnswer {
        let facts = ReplyFacts(reply, dates: dates)
        let said = try await line.run { session in
            try session.transaction(.writing) {
                switch way {
                case .insert(let insert):
                    try insert.write(session, facts.value)
                        ? "a new row of \(insert.table)" : "the row stands there already"
                case .update(let table, let set, let match):
                    try Self.update(table, set, match, session, facts)
                }
            }
        }
        return SourceAnswer(status: nil, excerpt: said)
    }

    private static func update(
        _ table: TableName, _ set: RowTemplates, _ match: RowTemplates, _ session: any TableSession, _ facts: ReplyFacts
    ) throws -> String {
        let count = try session.execute(
            "UPDATE \(table.quoted) SET \(set.assignments(session, from: 1, separator: ", ")) WHERE "
                + match.assignments(session, from: set.columns.count + 1, separator: " AND "),
            set.values(facts.value) + match.values(facts.value))
        guard count == 1 else {
            throw PluginError(
                .rejected, "exchange-table.row",
                count == 0
                    ? "no row of \(table) is the one that 'where' names; it was removed, or 'where' is wrong"
                    : "'where' names \(count) rows of \(table); nothing was written")
        }
        return "written back into \(table)"
    }
}
