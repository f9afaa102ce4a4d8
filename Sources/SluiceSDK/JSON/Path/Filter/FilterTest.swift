/// What a filter asks of a node: true or false (LogicalType).
indirect enum FilterTest: Sendable {
    case any([FilterTest])
    case all([FilterTest])
    case not(FilterTest)
    case exists(PathQuery)
    case compare(FilterOperand, FilterComparison, FilterOperand)
    case match(FilterOperand, FilterPattern)
}

enum FilterComparison: String, Sendable, CaseIterable {
    case equal = "=="
    case unequal = "!="
    // Before their beginnings, so that '<=' is not read as '<'.
    case atMost = "<="
    case atLeast = ">="
    case less = "<"
    case greater = ">"
}

/// A single value, or Nothing (ValueType).
indirect enum FilterOperand: Sendable {
    case literal(FilterLiteral)
    /// A singular one.
    case query(PathQuery)
    case length(FilterOperand)
    case count(PathQuery)
    case value(PathQuery)
}

/// The second argument of `match` and `search`.
enum FilterPattern: Sendable {
    /// Written in the path; nil when it is no I-Regexp and so matches nothing.
    case fixed(IRegexp?)
    /// Found in the document.
    case found(FilterOperand, IRegexp.Extent)
}

enum FilterLiteral: Sendable, Equatable {
    case null
    case boolean(Bool)
    case number(FilterNumber)
    /// In UTF-8.
    case text([UInt8])
}
