internal import SluiceSDK
internal import TableKit

/// `table`, `key`, `state_column`, `take`: rows say themselves whether they were taken.
struct StateRule: Sendable {
    static let fields: [ConfigField] = [
        ConfigField("table", .string, example: "public.request", "By state: the table, with its schema if it has one."),
        ConfigField(
            "key", .oneOrMany(.string), example: "id",
            "By state: the columns that name one row; rows come in their order."),
        ConfigField(
            "state_column", .string, example: "state", "By state: the column that says whether a row was taken."),
        ConfigField(
            "take", .object(takeSpec), example: "{ from: 0, to: 1, failed: 9 }",
            "By state: what the column says before and after."),
        ConfigField(
            "write_back", .object(writeBackSpec), example: "{ ticket_id: sluice_ticket, error: sluice_error }",
            "By state: columns that get something besides."),
        ConfigField(
            "claim_column", .string, example: "sluice_claim",
            "By state, SQLite: a text column that several readers claim rows by, for `claim_for`. PostgreSQL needs none: "
                + "there a row's lock is the claim, and ends with its process."),
        ConfigField("claim_for", .duration, default: "5m", "How long a claim of a reader that has gone holds."),
    ]

    private static let takeSpec = ConfigSpec([
        ConfigField("from", .scalar, required: true, example: "0", "Rows that say this are taken."),
        ConfigField("to", .scalar, required: true, example: "1", "What a row says once its ticket is stored."),
        ConfigField("failed", .scalar, example: "9", "And when it was rejected; `to` when left out."),
    ])
    private static let writeBackSpec = ConfigSpec([
        ConfigField("ticket_id", .string, example: "sluice_ticket", "Gets the ticket's id."),
        ConfigField("error", .string, example: "sluice_error", "Gets why a row was rejected; NULL when it was not."),
        ConfigField("time", .string, example: "taken_at", "Gets the time, in RFC 3339 with the gateway's offset."),
    ])

    let table: TableName
    let key: [String]
    let stateColumn: String
    let from: TableValue
    let to: TableValue
    let failed: TableValue
    let ticketColumn: String?
    let errorColumn: String?
    let timeColumn: String?
    let claimColumn: String?
    let claimFor: Duration

    /// Columns that this channel writes: no part of the record, so that taking a row does not change it.
    var own: Set<String> { Set([stateColumn, ticketColumn, errorColumn, timeColumn, claimColumn].compactMap { $0 }) }

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, _ address: TableAddress) throws {
        if let since = config.optional("since") {
            throw ConfigIssue(
                at: since.place, "table.mode", "'since' goes with 'query'",
                hint: "write 'query' and 'since', or 'table', 'key', 'state_column' and 'take'")
        }
        for needed in ["table", "key", "state_column", "take"] where !config.has(needed) {
            throw ConfigIssue(
                at: config.place, "table.mode", "'\(needed)' is missing",
                hint: "write 'table', 'key', 'state_column' and 'take', or 'query' and 'since'")
        }
        table = try TableName(config)
        key = try TableName.columns(config, "key")
        stateColumn = try TableName.column(config, "state_column") ?? ""
        let take = try config.object("take")
        from = TableValue(try take.required("from"))
        to = TableValue(try take.required("to"))
        failed = take.optional("failed").map { TableValue($0) } ?? to
        guard from != to, from != failed else {
            throw ConfigIssue(
                at: take.place, "table.take", "a row would be taken again and again: 'to' is what 'from' is",
                hint: "write 'take: { from: 0, to: 1 }'")
        }
        let back = config.optionalObject("write_back")
        ticketColumn = try back.flatMap { try TableName.column($0, "ticket_id") }
        errorColumn = try back.flatMap { try TableName.column($0, "error") }
        timeColumn = try back.flatMap { try TableName.column($0, "time") }
        claimColumn = try TableName.column(config, "claim_column")
        claimFor = try config.optionalDuration("claim_for") ?? .seconds(300)
        if let claim = config.optional("claim_column"), address.isPostgres {
            throw ConfigIssue(
                at: claim.place, "table.claim", "PostgreSQL claims rows by their locks", hint: "remove 'claim_column'")
        }
        try TableName.check(key + own.sorted(), config.optional("key")?.place ?? config.place)
    }
}
