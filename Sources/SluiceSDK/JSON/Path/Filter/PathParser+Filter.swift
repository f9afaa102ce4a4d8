/// The grammar of filters, one function for each rule. Terms are read without regard to their types, which the caller
/// asks for; so a mistake is named for what it is.
extension PathParser {
    /// Nothing that people write goes deeper, and it bounds the recursion of reading and evaluating.
    private static let maxDepth = 32

    /// `filter-selector`.
    mutating func filter() throws(SelectorError) -> PathSelector {
        try enter()
        defer { leave() }
        cursor.advance()
        cursor.skipSpace()
        return .filter(try test(expression()))
    }

    mutating func enter() throws(SelectorError) {
        nesting += 1
        if nesting > Self.maxDepth {
            throw cursor.error("more than \(Self.maxDepth) filters, parentheses and functions inside one another")
        }
    }

    mutating func leave() { nesting -= 1 }

    /// `logical-or-expr`, or a term alone.
    mutating func expression() throws(SelectorError) -> FilterTerm {
        let first = try conjunction()
        guard takeOperator("||") else { return first }
        var tests = [try test(first)]
        repeat { tests.append(try test(conjunction())) } while takeOperator("||")
        return FilterTerm(.test(.any(tests), of: nil), at: first.place)
    }

    private mutating func conjunction() throws(SelectorError) -> FilterTerm {
        let first = try basic()
        guard takeOperator("&&") else { return first }
        var tests = [try test(first)]
        repeat { tests.append(try test(basic())) } while takeOperator("&&")
        return FilterTerm(.test(.all(tests), of: nil), at: first.place)
    }

    /// Leaves the cursor where it was, or behind the operator and the white space that follows.
    private mutating func takeOperator(_ text: String) -> Bool {
        let start = cursor.position
        cursor.skipSpace()
        guard cursor.take(text) else {
            cursor.move(to: start)
            return false
        }
        cursor.skipSpace()
        return true
    }

    private mutating func basic() throws(SelectorError) -> FilterTerm {
        let place = cursor.position
        if cursor.take("!") {
            cursor.skipSpace()
            let inner = try cursor.current == "(" ? parenthesized() : term()
            if comparison() != nil {
                throw cursor.error("'!' stands before a query or function; write !(…) around the comparison", at: place)
            }
            return FilterTerm(.test(.not(try test(inner)), of: nil), at: place)
        }
        if cursor.current == "(" {
            let inner = try parenthesized()
            if comparison() != nil {
                throw cursor.error("what stands in parentheses cannot be compared; compare inside", at: place)
            }
            return inner
        }
        let left = try term()
        guard let comparison = comparison() else { return left }
        let right = try term()
        return FilterTerm(.test(.compare(try operand(left), comparison, try operand(right)), of: nil), at: place)
    }

    private mutating func parenthesized() throws(SelectorError) -> FilterTerm {
        try enter()
        defer { leave() }
        let place = cursor.position
        cursor.advance()
        cursor.skipSpace()
        let inner = try test(expression())
        cursor.skipSpace()
        guard cursor.take(")") else { throw unexpected("')'") }
        return FilterTerm(.test(inner, of: nil), at: place)
    }

    private mutating func comparison() -> FilterComparison? {
        FilterComparison.allCases.first { takeOperator($0.rawValue) }
    }

    /// A literal, a query or a function.
    private mutating func term() throws(SelectorError) -> FilterTerm {
        let place = cursor.position
        if let text = try cursor.literal() { return FilterTerm(.literal(.text(Array(text.utf8))), at: place) }
        if let number = try cursor.number() { return FilterTerm(.literal(.number(number)), at: place) }
        if cursor.current == "@" || cursor.current == "$" {
            return FilterTerm(.query(try queryInFilter()), at: place)
        }
        guard let word = cursor.shorthand() else {
            throw cursor.error("a query ('@.name', '$.name'), a literal or a function was expected")
        }
        if cursor.current == "(" { return try function(word, at: place) }
        switch word {
        case "true": return FilterTerm(.literal(.boolean(true)), at: place)
        case "false": return FilterTerm(.literal(.boolean(false)), at: place)
        case "null": return FilterTerm(.literal(.null), at: place)
        default: throw lonelyWord(word, at: place)
        }
    }

    private func lonelyWord(_ word: String, at place: Int) -> SelectorError {
        let lower = word.lowercased()
        if ["true", "false", "null"].contains(lower) {
            return cursor.error("write '\(lower)' in small letters", at: place)
        }
        var behind = cursor
        behind.skipSpace()
        if FilterFunction(rawValue: word) != nil, behind.current == "(" {
            return cursor.error("no white space may stand between '\(word)' and '('")
        }
        if lower == "not" { return cursor.error("write '!' for 'not'", at: place) }
        return cursor.error("write @.\(word) for the member, or '\(word)' in quotes for the text", at: place)
    }

    private mutating func queryInFilter() throws(SelectorError) -> PathQuery {
        let isAbsolute = cursor.current == "$"
        cursor.advance()
        var segments: [PathSegment] = []
        while true {
            let behind = cursor.position
            cursor.skipSpace()
            guard cursor.current == "." || cursor.current == "[" else {
                cursor.move(to: behind)
                break
            }
            segments.append(try segment())
        }
        guard isAbsolute else { return PathQuery(segments) }
        defer { slotCount += 1 }
        return PathQuery(segments, slot: slotCount)
    }

    /// What to say where something else was expected.
    /// - Parameter selector: what stands before it.
    func unexpected(_ expected: String, behind selector: PathSelector? = nil) -> SelectorError {
        guard isInFilter(selector) else { return cursor.error("\(expected) was expected") }
        let twice = "a comparison has two sides; write '&&' and a second one"
        let hints = [
            ("==", twice), ("!=", twice), ("<", twice), (">", twice),
            ("=~", "write match(…) or search(…) to test with a pattern"), ("=", "write '==' to compare"),
            ("&", "write '&&' for 'and'"), ("|", "write '||' for 'or'"),
        ]
        let words = [
            "and": "write '&&' for 'and'", "or": "write '||' for 'or'",
            "in": "write one comparison for each value, with '||' between them",
        ]
        var behind = cursor
        let word = behind.shorthand()?.lowercased() ?? ""
        let hint = words[word] ?? hints.first { cursor.starts(with: $0.0) }?.1
        return cursor.error(hint ?? "\(expected) was expected")
    }

    private func isInFilter(_ selector: PathSelector?) -> Bool {
        if case .filter = selector { return true }
        return selector == nil
    }
}
