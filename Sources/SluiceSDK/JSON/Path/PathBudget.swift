/// How much work one evaluation of a path may be, so that its cost stays in proportion to what was sent: `$..*..*`,
/// filters inside filters and patterns could take any time otherwise. Too much is a fault, never a shorter answer: a
/// list that silently ends early would lose tickets.
///
/// One step is one value looked at. A value found costs more by what it holds, because its reader will look at all
/// of it; a pattern costs a step for every 20 of its own.
struct PathBudget {
    /// For a document of any size: a few milliseconds.
    static let base = 100_000
    /// For every value and key; a filter of five tests takes about 20 for a row. Values that hold one another, found all of
    /// them in a document of 64 levels, take 16.
    static let perValue = 20
    /// Of values and keys in what was found.
    static let readPerStep = 4
    /// Of a pattern's own steps, which take about 8 ns.
    static let patternStepsPerStep = 20

    let limit: Int
    private(set) var spent = 0

    /// - Parameter values: values and keys below the root, about.
    init(values: Int) {
        limit = Self.base + Self.perValue * values
    }

    mutating func spend(_ steps: Int = 1) throws(JSONFault) {
        spent += steps
        guard spent <= limit else {
            throw JSONFault(
                "jsonpath.limit",
                "the path took more than \(limit) steps, too many for what was sent; name what is wanted instead of '..', "
                    + "or test it with fewer queries and patterns")
        }
    }
}
