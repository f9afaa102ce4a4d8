internal import SluiceSDK

/// One message from its first byte to its last.
struct CSVReading {
    var scanner: CSVScanner
    let text: CharsetText
    let dialect: CSVDialect
    let limits: ChannelLimits
    let charset: Charset
    private var record = 0

    init(scanner: CSVScanner, text: CharsetText, dialect: CSVDialect, limits: ChannelLimits, charset: Charset) {
        self.scanner = scanner
        self.text = text
        self.dialect = dialect
        self.limits = limits
        self.charset = charset
    }

    mutating func run(_ columns: CSVColumns, _ body: (DecodedRecord) throws -> Void) throws {
        for _ in 0..<dialect.skip { scanner.skipLine() }
        guard let (header, first) = try header() else { return }
        try rows(header, first: first, columns, body)
    }

    /// The message's columns; nil when it has no rows.
    mutating func columns() throws(RecordFault) -> CSVHeader? {
        for _ in 0..<dialect.skip { scanner.skipLine() }
        return try header()?.0
    }

    mutating func rows(
        _ header: CSVHeader, first: CSVRow? = nil, _ columns: CSVColumns, _ body: (DecodedRecord) throws -> Void
    ) throws {
        let table = CSVTable(
            bytes: text.bytes, quote: dialect.quote ?? 0, positions: try columns.positions(in: header))
        try count(from: first == nil ? 0 : 1)
        var next = first ?? nextRow()
        while let row = next {
            if let fault = fault(in: row, header) {
                try body(.fault(fault, raw: Array(text.bytes[row.range])))
            } else {
                try body(.record(CSVRecord(table: table, row: row)))
            }
            record += 1
            next = nextRow()
        }
    }

    /// A message with too many rows is refused before its first record goes on. Most have fewer line breaks than that,
    /// which is quick to see.
    private func count(from found: Int) throws(RecordFault) {
        var breaks = 0
        for byte in text.bytes where byte == 0x0A || byte == 0x0D { breaks += 1 }
        guard breaks >= limits.records else { return }
        var copy = self
        var found = found
        while found <= limits.records, copy.nextRow() != nil { found += 1 }
        guard found <= limits.records else {
            throw RecordFault(.decode, "csv.record-count", "the message has more than \(limits.records) records")
        }
    }

    /// The columns, and the first record where it had to be read to know them; nil when the message has no rows.
    private mutating func header() throws(RecordFault) -> (CSVHeader, CSVRow?)? {
        if case .names(let names) = dialect.header { return (CSVHeader(names: names), nil) }
        guard let row = nextRow() else { return nil }
        guard row.count <= limits.columns else {
            throw RecordFault(
                .decode, "csv.too-many-columns", "the first row has \(row.count) columns, more than \(limits.columns)")
        }
        if dialect.header == .none { return (CSVHeader(count: row.count), row) }
        guard row.problem == nil, text.isText(row.range) else {
            throw RecordFault(
                .decode, "csv.header",
                "the header row is damaged: an open quote, or bytes that are no text in \(charset)")
        }
        let table = CSVTable(bytes: text.bytes, quote: dialect.quote ?? 0, positions: [])
        return (CSVHeader(names: row.fields.map { TextHygiene.clean(table.text($0)).text }), nil)
    }

    /// The next row that holds anything.
    private mutating func nextRow() -> CSVRow? {
        while let row = scanner.next() {
            if !row.isEmpty { return row }
        }
        return nil
    }

    private func fault(in row: CSVRow, _ header: CSVHeader) -> RecordFault? {
        let (code, reason): (String, String)
        if row.problem == .unclosedQuote {
            (code, reason) = ("csv.unclosed-quote", "a quote is opened and the message ends before it is closed")
        } else if row.problem == .textAfterQuote {
            (code, reason) = ("csv.quote", "text follows a closing quote; quotes inside a field are doubled")
        } else if row.count > limits.columns {
            (code, reason) = ("csv.too-many-columns", "the row has \(row.count) columns, more than \(limits.columns)")
        } else if row.count != header.count {
            (code, reason) = ("csv.columns", "the row has \(row.count) columns, not \(header.count)")
        } else if row.range.count > limits.record {
            (code, reason) = ("csv.record-size", "the row is longer than \(limits.record) bytes")
        } else if !text.isText(row.range) {
            (code, reason) = ("charset.invalid", "the row holds bytes that are no text in \(charset)")
        } else {
            return nil
        }
        return RecordFault(.decode, code, "line \(row.line): " + reason, record: record)
    }
}
