/// Asking a filter of a node.
extension PathWalk {
    mutating func holds(_ test: FilterTest, _ node: Int) throws(JSONFault) -> Bool {
        try budget.spend()
        switch test {
        case .any(let tests):
            for test in tests where try holds(test, node) { return true }
            return false
        case .all(let tests):
            for test in tests where try !holds(test, node) { return false }
            return true
        case .not(let test): return try !holds(test, node)
        case .exists(let query): return try !nodes(query, of: node, atMost: 1).isEmpty
        case .compare(let left, let comparison, let right):
            return try compare(value(left, node), comparison, value(right, node))
        case .match(let subject, let pattern): return try matches(subject, pattern, node)
        }
    }

    mutating func value(_ operand: FilterOperand, _ node: Int) throws(JSONFault) -> FilterValue {
        switch operand {
        case .literal(let literal): return .literal(literal)
        case .query(let query): return try nodes(query, of: node, atMost: 1).first.map { .node($0) } ?? .nothing
        case .length(let operand): return try length(value(operand, node))
        case .count(let query): return .count(try nodes(query, of: node, atMost: .max).count)
        case .value(let query):
            let found = try nodes(query, of: node, atMost: 2)
            return found.count == 1 ? .node(found[0]) : .nothing
        }
    }

    /// Characters (Unicode scalar values) of a text, elements of an array, members of an object.
    private mutating func length(_ value: FilterValue) throws(JSONFault) -> FilterValue {
        if case .node(let node) = value, document.isContainer(node) {
            var count = 0
            for _ in document.children(of: node) { count += 1 }
            try budget.spend(count)
            return .count(count)
        }
        guard let count = withText(value, { text in text.reduce(into: 0) { $0 += $1 & 0xC0 == 0x80 ? 0 : 1 } }) else {
            return .nothing
        }
        try budget.spend(count / Self.bytesPerStep)
        return .count(count)
    }

    // MARK: Patterns

    private mutating func matches(
        _ subject: FilterOperand, _ pattern: FilterPattern, _ node: Int
    ) throws(JSONFault) -> Bool {
        let subject = try value(subject, node)
        guard let regexp = try regexp(pattern, node) else { return false }
        guard let result = withText(subject, { (match: regexp.pattern.matches($0), bytes: $0.count) }) else {
            return false
        }
        let steps = result.match.steps / PathBudget.patternStepsPerStep
        try budget.spend(1 + result.bytes / Self.bytesPerStep + steps)
        // What goes beyond the pattern's limits is no match, and soon beyond the path's budget.
        return result.match.isMatch ?? false
    }

    private mutating func regexp(_ pattern: FilterPattern, _ node: Int) throws(JSONFault) -> IRegexp? {
        switch pattern {
        case .fixed(let regexp): return regexp
        case .found(let operand, let extent):
            guard let text = withText(try value(operand, node), { Array($0) }) else { return nil }
            if let lastPattern, lastPattern.extent == extent, lastPattern.text == text { return lastPattern.regexp }
            try budget.spend(Self.compileSteps + min(text.count, IRegexpTranslation.maxLength))
            let regexp = try? IRegexp(String(decoding: text, as: UTF8.self), extent)
            lastPattern = FoundPattern(text: text, extent: extent, regexp: regexp)
            return regexp
        }
    }

    /// A few repetitions inside one another make 64 KB of code.
    private static let compileSteps = 500
    /// Of text that is run over without looking at it closely.
    static let bytesPerStep = 64
}

struct FoundPattern {
    /// In UTF-8.
    var text: [UInt8]
    var extent: IRegexp.Extent
    /// nil: it is none.
    var regexp: IRegexp?
}
