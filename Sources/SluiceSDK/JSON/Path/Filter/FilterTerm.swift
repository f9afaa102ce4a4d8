/// A part of a filter as the grammar finds it, before its type has been asked for.
struct FilterTerm {
    enum Content {
        case literal(FilterLiteral)
        case query(PathQuery)
        /// What a function with this name gives: a value.
        case value(FilterOperand, of: FilterFunction)
        /// The answer of a function, or of a comparison, negation or parentheses.
        case test(FilterTest, of: FilterFunction?)
    }

    let content: Content
    /// Where it begins, in the path.
    let place: Int

    init(_ content: Content, at place: Int) {
        self.content = content
        self.place = place
    }
}

/// The functions of RFC 9535 §2.4.
enum FilterFunction: String, CaseIterable {
    case length, count, match, search, value

    var argumentCount: Int {
        switch self {
        case .match, .search: 2
        case .length, .count, .value: 1
        }
    }

    /// How it is written.
    var usage: String {
        switch self {
        case .length: "length(@.name)"
        case .count: "count(@.items[*])"
        case .match: "match(@.name, '[a-z]+')"
        case .search: "search(@.name, '[a-z]+')"
        case .value: "value(@..name)"
        }
    }
}
