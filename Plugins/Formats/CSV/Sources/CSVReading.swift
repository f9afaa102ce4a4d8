internal import SluiceSDK

/// One message from its first byte to its last.
struct CSVReading {
    private var scanner: CSVScanner
    private let text: CSVText
    private let dialect: CSVDialect
    private let limits: ChannelLimits
    /// For people: what the message is in.
    private let charset: Charset
    private var record = 0

    /// - Parameter bytes: of `text`.
    init(
        _ bytes: UnsafeBufferPointer<UInt8>, _ text: CSVText, _ dialect: CSVDialect, _ limits: ChannelLimits,
        _ charset: Charset
    ) {
        scanner = CSVScanner(bytes, dialect, limit: limits.columns + 1)
        (self.text, self.dialect, self.limits, self.charset) = (text, dialect, limits, charset)
    }

    mutating func run(_ columns: CSVColumns, _ body: (DecodedRecord) throws -> Void) throws {
        guard let header = try self.columns() else { return }
        try rows(header, columns, body)
    }

    /// The message's columns; nil when it has no rows.
    mutating func columns() throws(RecordFault) -> CSVHeader? {
        for _ in 0..<dialect.skip { scanner.skipLine() }
        return try header()
    }

    mutating func rows(
        _ header: CSVHeader, _ columns: CSVColumns, _ body: (DecodedRecord) throws -> Void
    ) throws {
        let positions = try columns.positions(in: header)
        try checkCount()
        if let whole = text.whole {
            var rows = scanner
            return try hand(over: &rows, whole, header, positions, body)
        }
        while let (block, line) = nextBlock() {
            try block.bytes.withUnsafeBufferPointer { bytes in
                var rows = CSVScanner(bytes, dialect, limit: limits.columns + 1, line: line)
                try hand(over: &rows, block, header, positions, body)
            }
        }
    }

    /// Rows that stand together, in UTF-8, and the number of their first line.
    private mutating func nextBlock() -> (CharsetText, line: Int)? {
        let (start, line) = (scanner.position, scanner.line)
        while scanner.position - start < CSVText.blockBytes, scanner.next() != nil {}
        return start < scanner.position ? (text.utf8(start..<scanner.position), line) : nil
    }

    private mutating func hand(
        over scanner: inout CSVScanner, _ text: CharsetText, _ header: CSVHeader, _ positions: [Int],
        _ body: (DecodedRecord) throws -> Void
    ) throws {
        let table = CSVTable(bytes: text.bytes, quote: dialect.quote ?? 0, positions: positions)
        while let row = scanner.nextFilled() {
            if let fault = fault(in: row, of: text, header) {
                try body(.fault(fault, raw: Array(text.bytes[row.range])))
            } else {
                try body(.record(CSVRecord(table: table, row: row)))
            }
            record += 1
        }
    }

    /// A message with too many rows is refused before its first record goes on. Most have fewer line breaks than that,
    /// which is quick to see.
    private func checkCount() throws(RecordFault) {
        var breaks = 0
        for byte in text.bytes where byte == 0x0A || byte == 0x0D { breaks += 1 }
        guard breaks >= limits.records else { return }
        var (copy, found) = (scanner, 0)
        while found <= limits.records, copy.nextFilled() != nil { found += 1 }
        guard found <= limits.records else {
            throw RecordFault(.decode, "csv.record-count", "the message has more than \(limits.records) records")
        }
    }

    /// The columns; nil when the message has no rows.
    private mutating func header() throws(RecordFault) -> CSVHeader? {
        if case .names(let names) = dialect.header { return CSVHeader(names: names) }
        let start = scanner
        guard let row = scanner.nextFilled() else { return nil }
        guard row.count <= limits.columns else {
            throw RecordFault(
                .decode, "csv.too-many-columns", "the first row has \(row.count) columns, more than \(limits.columns)")
        }
        if dialect.header == .none {
            scanner = start  // The row that tells their number is a record.
            return CSVHeader(count: row.count)
        }
        guard row.problem == nil, text.isText(row.range) else {
            throw RecordFault(
                .decode, "csv.header",
                "the header row is damaged: an open quote, or bytes that are no text in \(charset)")
        }
        return CSVHeader(names: names(row))
    }

    private func names(_ row: CSVRow) -> [String] {
        let line = text.utf8(row.range).bytes
        let table = CSVTable(bytes: line, quote: dialect.quote ?? 0, positions: [])
        return line.withUnsafeBufferPointer { bytes in
            var scanner = CSVScanner(bytes, dialect, limit: limits.columns + 1)
            return (scanner.next()?.fields ?? []).map { TextHygiene.clean(table.text($0)).text }
        }
    }

    private func fault(in row: CSVRow, of text: CharsetText, _ header: CSVHeader) -> RecordFault? {
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
