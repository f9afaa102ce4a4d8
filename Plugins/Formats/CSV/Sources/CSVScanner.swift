/// Cuts bytes into rows and fields: RFC 4180 and the dialects met in practice.
///
/// It looks at single bytes only: the text is UTF-8, or of a charset in which punctuation is what it is in ASCII.
/// A quote counts where a field begins; inside an unquoted field it is data. A row ends with LF, CR LF or CR.
struct CSVScanner {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let bytes: UnsafeBufferPointer<UInt8>
    private let delimiter: UInt8
    private let quote: UInt8?
    /// Fields that are kept of a row.
    private let limit: Int
    private(set) var position = 0
    private(set) var line: Int

    /// - Parameter line: the number of the first line.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ dialect: CSVDialect, limit: Int, line: Int = 1) {
        self.line = line
        self.bytes = bytes
        self.limit = limit
        delimiter = dialect.delimiter
        quote = dialect.quote
    }

    mutating func skipLine() {
        while position < bytes.count, !isLineBreak(bytes[position]) { position += 1 }
        takeLineBreak()
    }

    mutating func next() -> CSVRow? {
        guard position < bytes.count else { return nil }
        let start = position
        var row = CSVRow(range: start..<start, line: line)
        while true {
            let field = position < bytes.count && bytes[position] == quote ? quoted(&row) : plain()
            if row.count < limit { row.fields.append(field) }
            row.count += 1
            guard position < bytes.count, bytes[position] == delimiter else { break }
            position += 1
        }
        row.range = start..<position
        takeLineBreak()
        return row
    }

    /// The next row that holds anything.
    mutating func nextFilled() -> CSVRow? {
        while let row = next() {
            if !row.isEmpty { return row }
        }
        return nil
    }

    private mutating func plain() -> CSVField {
        let start = position
        skipToEnd()
        return CSVField(range: start..<position)
    }

    private mutating func quoted(_ row: inout CSVRow) -> CSVField {
        let quote = bytes[position]
        position += 1
        var field = CSVField(range: position..<position)
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == Self.lineFeed { line += 1 }
            if byte == quote {
                guard position + 1 < bytes.count, bytes[position + 1] == quote else { break }
                field.hasDoubledQuotes = true
                position += 1
            }
            position += 1
        }
        field.range = start..<position
        guard position < bytes.count else {
            row.problem = .unclosedQuote
            return field
        }
        position += 1
        let behind = position
        skipToEnd()
        if position > behind { row.problem = .textAfterQuote }
        return field
    }

    /// To the next delimiter or line break.
    private mutating func skipToEnd() {
        while position < bytes.count, bytes[position] != delimiter, !isLineBreak(bytes[position]) { position += 1 }
    }

    private func isLineBreak(_ byte: UInt8) -> Bool {
        byte == Self.lineFeed || byte == Self.carriageReturn
    }

    private mutating func takeLineBreak() {
        guard position < bytes.count else { return }
        let isReturn = bytes[position] == Self.carriageReturn
        position += 1
        if isReturn, position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
        line += 1
    }
}
