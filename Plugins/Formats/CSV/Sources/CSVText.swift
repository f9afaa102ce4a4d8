internal import SluiceSDK

/// A message's bytes, as they are scanned for rows.
///
/// Where a table's punctuation can be found before anything is converted, they are the message's own, and some hundred
/// kilobytes of rows at a time become UTF-8: a table of 100 MB in GB 18030 takes no more memory than one in UTF-8. In
/// other charsets, and where `|` separates fields (GB 18030 has it as the second byte of characters), all is converted.
struct CSVText {
    let bytes: [UInt8]
    /// All of it as UTF-8; nil where rows are converted when they are read.
    let whole: CharsetText?
    private let charset: Charset

    /// Rows that are converted at a time.
    static let blockBytes = 256 << 10

    init(_ message: [UInt8], _ charset: Charset, _ dialect: CSVDialect) {
        let resolved = charset.resolved(for: message)
        self.charset = resolved
        let punctuation = [dialect.delimiter] + (dialect.quote.map { [$0] } ?? [])
        let isKept = resolved.keepsPunctuation && punctuation.allSatisfy { $0 < 0x30 || (0x3A..<0x40).contains($0) }
        if isKept, !resolved.isUTF8 {
            (bytes, whole) = (message, nil)
        } else {
            let text = resolved.text(of: message)
            (bytes, whole) = (text.bytes, text)
        }
    }

    /// Some rows in UTF-8.
    func utf8(_ range: Range<Int>) -> CharsetText {
        (whole == nil ? charset : .utf8).text(of: Array(bytes[range]))
    }

    /// False when a row holds something that is no character.
    func isText(_ range: Range<Int>) -> Bool { whole?.isText(range) ?? (utf8(range).fault == nil) }
}
