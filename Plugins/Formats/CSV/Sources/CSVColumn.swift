internal import SluiceSDK

/// What a CSV selector means: a column by number (`3` or `#3`, from 1) or by name. A name that looks like a number
/// stands in quotes: `'3'`.
enum CSVColumn: Sendable, Hashable {
    /// From 0.
    case number(Int)
    case name(String)

    init(_ text: String) throws(SelectorError) {
        if text.isEmpty {
            throw SelectorError("csv.selector", "the selector is empty; write a column's name or number")
        }
        if text.utf8.count > 1, let quote = text.first, quote == "'" || quote == "\"" {
            guard text.utf8.count > 2, text.last == quote else {
                throw SelectorError("csv.selector", "the quote is not closed; write \(quote)name\(quote)")
            }
            self = .name(String(text.dropFirst().dropLast()))
            return
        }
        let digits = text.first == "#" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            self = .name(text)
            return
        }
        guard let number = Int(digits), number >= 1 else {
            throw SelectorError("csv.selector", "columns are counted from 1; write #1 for the first")
        }
        self = .number(number - 1)
    }
}
