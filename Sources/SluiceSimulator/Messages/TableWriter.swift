/// Rows of delimited text.
struct TableWriter: Sendable {
    var delimiter: String
    /// Empty where the dialect has no quotes: then delimiters and line breaks in a value become spaces.
    var quote: String

    func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: delimiter) }

    private func cell(_ value: String) -> String {
        let isPlain = !value.contains(delimiter) && !value.contains(where: \.isNewline)
        if quote.isEmpty {
            return isPlain ? value : value.replacing(delimiter, with: " ").replacing("\n", with: " ")
        }
        if isPlain, !value.contains(quote) { return value }
        return quote + value.replacing(quote, with: quote + quote) + quote
    }
}
