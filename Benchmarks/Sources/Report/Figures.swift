/// A cell of a table for programs that compare: what people read, as numbers.
enum Figures {
    /// The numbers of a cell that is nothing but numbers: "5407 / 5637", "11,280", "195, 130, 113", "-0.12". Of any other
    /// text none: "SHA-256 of the same bytes" has no figure in it.
    static func numbers(in text: String) -> [Double] {
        let plain = text.replacing("**", with: "")
        let parts = plain.split(separator: " / ").flatMap { $0.split(separator: ", ") }
        let numbers = parts.map { Double($0.replacing(",", with: "")) }
        return numbers.contains(nil) ? [] : numbers.compactMap { $0 }
    }

    /// The unit that a name ends with: "accept p50 / p99, ms", "records/s".
    static func unit(of name: String) -> String? {
        let ending = name.replacing("**", with: "").split(separator: ", ").last.map(String.init) ?? ""
        return known.contains(ending) ? ending : nil
    }

    private static let known: Set<String> = ["ms", "s", "MiB", "records/s", "tickets/s", "records", "tickets"]
}
