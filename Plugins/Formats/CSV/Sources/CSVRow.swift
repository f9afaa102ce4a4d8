/// One row as places in the message; nothing is copied.
struct CSVRow {
    enum Problem {
        case unclosedQuote
        case textAfterQuote
    }

    /// The row without its line break.
    var range: Range<Int>
    /// The line it begins on, from 1.
    var line: Int
    /// As many as the scanner's limit at most; `count` goes on.
    var fields: [CSVField] = []
    var count = 0
    var problem: Problem?

    /// True when no field holds anything, as in the rows that spreadsheets leave at the end.
    var isEmpty: Bool { problem == nil && count == fields.count && fields.allSatisfy { $0.range.isEmpty } }
}

struct CSVField {
    /// Without the quotes around it.
    var range: Range<Int>
    /// True when quotes inside are doubled.
    var hasDoubledQuotes = false
}
