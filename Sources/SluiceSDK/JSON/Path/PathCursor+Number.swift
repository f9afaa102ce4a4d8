extension PathCursor {
    /// `0`, or digits without a leading zero, with a minus or not, within ±(2^53 − 1); nil when no number is here.
    mutating func integer() throws(SelectorError) -> Int? {
        let start = position
        _ = take("-")
        let digits = position
        if !skipDigits() {
            if position != start { throw error("a digit must follow the '-'") }
            return nil
        }
        let spelling = text(from: start)
        if scalars[digits] == "0", spelling != "0" {
            throw error("write the number without leading zeros; '-0' is no index", at: start)
        }
        guard let number = Int(spelling), Self.range.contains(number) else {
            throw error("the number is out of range, use -9007199254740991 to 9007199254740991", at: start)
        }
        return number
    }

    /// What I-JSON counts exactly.
    private static let range = -9_007_199_254_740_991...9_007_199_254_740_991

    /// A number as a filter compares it: JSON's grammar; nil when no number is here.
    mutating func number() throws(SelectorError) -> FilterNumber? {
        let start = position
        _ = take("-")
        guard skipDigits() else {
            if position == start { return nil }
            throw error("a digit must follow the '-'")
        }
        if take("."), !skipDigits() { throw error("a digit must follow the '.'") }
        if take("e") || take("E") {
            _ = take("-") || take("+")
            if !skipDigits() { throw error("a digit must follow the exponent's letter and sign") }
        }
        let spelling = text(from: start)
        guard JSONNumber.isValid(spelling) else { throw error("write the number without leading zeros", at: start) }
        return FilterNumber(spelling)
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let scalar = current, ("0"..."9").contains(scalar) { advance() }
        return position > start
    }
}
