internal import SluiceSDK

/// How a sender writes rows.
struct CSVDialect: Sendable {
    enum Header: Sendable, Equatable {
        /// The first row names the columns.
        case firstRow
        /// The configuration names them; every row is a record.
        case names([String])
        /// Columns have numbers only.
        case none
    }

    var delimiter = UInt8(ascii: ",")
    /// nil when quotes mean nothing.
    var quote: UInt8? = UInt8(ascii: "\"")
    var header = Header.firstRow
    /// Lines above the header that are no part of the table.
    var skip = 0

    init() {}

    init(_ config: Config) throws {
        if let delimiter = try Self.byte(config, "delimiter") { self.delimiter = delimiter }
        if let text = try config.optionalString("quote") {
            quote = text.isEmpty ? nil : try Self.byte(config, "quote")
        }
        skip = try config.optionalInteger("skip") ?? 0
        if let value = config.optional("header") { header = try Self.header(value) }
        if quote == delimiter {
            throw ConfigIssue(at: config.place, "csv.dialect", "delimiter and quote are the same character")
        }
    }

    /// Delimiters and quotes are single ASCII characters: no charset that is read here has them inside a character.
    private static func byte(_ config: Config, _ key: String) throws -> UInt8? {
        guard let value = config.optional(key) else { return nil }
        let text = try config.string(key)
        if text == "tab" { return UInt8(ascii: "\t") }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte != 0x0A, byte != 0x0D else {
            throw ConfigIssue(
                at: value.place, "csv.dialect", "'\(key)' is not one ASCII character",
                hint: "write \",\", \";\", \"|\" or tab")
        }
        return byte
    }

    private static func header(_ value: ConfigValue) throws -> Header {
        if value.text == "true" { return .firstRow }
        if value.text == "false" { return .none }
        let names = value.items?.compactMap(\.text) ?? []
        guard !names.isEmpty, names.count == value.items?.count else {
            throw ConfigIssue(
                at: value.place, "csv.header", "'header' is neither true, false nor a list of names",
                hint: "write true when the first row names the columns, or [names, …]")
        }
        guard Set(names).count == names.count else {
            throw ConfigIssue(
                at: value.place, "csv.header", "a name stands twice in 'header'", hint: "write each name once")
        }
        return .names(names)
    }
}
