public import SluiceSDK

/// Rows of a table. A selector is a column's name or number.
public struct CSVFormat: Format {
    public static let spec = PluginSpec(
        "csv", "Rows of comma-separated values and their dialects; each row is a record.",
        ConfigSpec([
            Charset.field,
            ConfigField(
                "csv", .object(dialect), example: "{ delimiter: \";\", skip: 1 }",
                "The dialect, where it differs from RFC 4180."),
        ]))

    private static let dialect = ConfigSpec([
        ConfigField(
            "delimiter", .string, example: "\";\"",
            "Between fields: one ASCII character, or `tab`. A comma when left out."),
        ConfigField(
            "quote", .string, example: "\"'\"",
            "Around fields: one ASCII character; empty when quotes are data. A double quote when left out."),
        ConfigField(
            "header", .any, default: "true", example: "[id, title, text]",
            "`true`: the first row names the columns. A list: these are the names, and the first row is a record. "
                + "`false`: columns have numbers only."),
        ConfigField(
            "skip", .integer(0...1000), default: "0", example: "2",
            "Lines above the header that are no part of the table."),
    ])

    private let charset: Charset
    private let dialect: CSVDialect
    private let columns = CSVColumns()

    public init(_ config: Config) throws {
        charset = try Charset(config)
        dialect = try config.optionalObject("csv").map(CSVDialect.init) ?? CSVDialect()
    }

    public func selector(_ text: String) throws -> Selector {
        let column = try CSVColumn(text)
        if case .names(let names) = dialect.header {
            do throws(RecordFault) {
                _ = try CSVHeader(names: names).position(of: column)
            } catch {
                throw SelectorError(error.code, error.reason)
            }
        }
        return Selector(text, program: CSVSlot(number: columns.slot(for: column)))
    }

    public func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {
        let text = CSVText(message.bytes, charset, dialect)
        try text.bytes.withUnsafeBufferPointer { bytes in
            var reading = CSVReading(bytes, text, dialect, limits, charset)
            try reading.run(columns, body)
        }
    }

    /// The columns are those that the message had, so that a row means what it meant there.
    public func decodeRecord(
        _ bytes: [UInt8], of message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void
    ) throws {
        let whole = CSVText(message.bytes, charset, dialect)
        let header = try whole.bytes.withUnsafeBufferPointer { bytes in
            var reading = CSVReading(bytes, whole, dialect, limits, charset)
            return try reading.columns()
        }
        guard let header else {
            throw RecordFault(.decode, "csv.header", "the stored message has no row that says what the columns are")
        }
        let text = CSVText(bytes, .utf8, dialect)
        try text.bytes.withUnsafeBufferPointer { bytes in
            var reading = CSVReading(bytes, text, dialect, limits, charset)
            try reading.rows(header, columns, body)
        }
    }
}
