/// The type system of RFC 9535 §2.4.1: what is well formed and yet means nothing is `jsonpath.type`.
extension PathParser {
    /// The term as a test, where true or false is wanted.
    func test(_ term: FilterTerm) throws(SelectorError) -> FilterTest {
        switch term.content {
        case .test(let test, _): return test
        case .query(let query): return .exists(query)
        case .literal:
            throw cursor.error("a literal alone tests nothing; compare it, as in @.name == 'text'", at: term.place)
        case .value(_, let function):
            throw type("\(function)() gives a value; compare it, as in \(function.usage) == 1", term)
        }
    }

    /// The term as a single value.
    func operand(_ term: FilterTerm) throws(SelectorError) -> FilterOperand {
        switch term.content {
        case .literal(let literal): return .literal(literal)
        case .value(let value, _): return value
        case .query(let query) where query.isSingular: return .query(query)
        case .query:
            throw type(
                "this query may find several values; test for one of them with a filter of its own, [?@.items[?@ == 1]], "
                    + "or take value(…) or count(…) of it", term)
        case .test(_, let function?):
            throw type("\(function)() says yes or no itself; write it without comparison, '!' before it for no", term)
        case .test: throw type("a value was expected here, not a test", term)
        }
    }

    private func nodes(_ term: FilterTerm, _ function: FilterFunction) throws(SelectorError) -> PathQuery {
        if case .query(let query) = term.content { return query }
        throw type("\(function)() takes a query, as in \(function.usage)", term)
    }

    mutating func function(_ name: String, at place: Int) throws(SelectorError) -> FilterTerm {
        guard let function = FilterFunction(rawValue: name) else { throw unknownFunction(name, at: place) }
        let arguments = try arguments()
        guard arguments.count == function.argumentCount else {
            let wanted = function.argumentCount == 1 ? "one argument" : "two arguments"
            throw cursor.error(code: "jsonpath.type", "\(function)() takes \(wanted): \(function.usage)", at: place)
        }
        switch function {
        case .length: return FilterTerm(.value(.length(try operand(arguments[0])), of: function), at: place)
        case .count: return FilterTerm(.value(.count(try nodes(arguments[0], function)), of: function), at: place)
        case .value: return FilterTerm(.value(.value(try nodes(arguments[0], function)), of: function), at: place)
        case .match, .search:
            let pattern = try pattern(arguments[1], function == .match ? .whole : .part)
            return FilterTerm(.test(.match(try operand(arguments[0]), pattern), of: function), at: place)
        }
    }

    private mutating func arguments() throws(SelectorError) -> [FilterTerm] {
        try enter()
        defer { leave() }
        cursor.advance()
        cursor.skipSpace()
        if cursor.take(")") { return [] }
        var arguments: [FilterTerm] = []
        repeat {
            cursor.skipSpace()
            arguments.append(try expression())
            cursor.skipSpace()
        } while cursor.take(",")
        guard cursor.take(")") else { throw unexpected("',' or ')'") }
        return arguments
    }

    /// A pattern that is written out is compiled once, here.
    private mutating func pattern(
        _ term: FilterTerm, _ extent: IRegexp.Extent
    ) throws(SelectorError) -> FilterPattern {
        guard case .literal(let literal) = term.content else { return .found(try operand(term), extent) }
        guard case .text(let text) = literal else {
            remark("the pattern is no text and matches nothing", term)
            return .fixed(nil)
        }
        do throws(SelectorError) {
            return .fixed(try IRegexp(String(decoding: text, as: UTF8.self), extent))
        } catch {
            remark("the pattern is no I-Regexp and matches nothing: \(error.reason)", term)
            return .fixed(nil)
        }
    }

    private mutating func remark(_ reason: String, _ term: FilterTerm) {
        remarks.append(cursor.error(code: "jsonpath.pattern", reason, at: term.place))
    }

    private func unknownFunction(_ name: String, at place: Int) -> SelectorError {
        let names = FilterFunction.allCases.map(\.rawValue)
        let near = NearestName.of(name, among: names).map { "did you mean \($0)()?" }
        let hint = near ?? "there are \(names.map { $0 + "()" }.joined(separator: ", "))"
        return cursor.error(code: "jsonpath.type", "there is no function \(name)(); \(hint)", at: place)
    }

    private func type(_ reason: String, _ term: FilterTerm) -> SelectorError {
        cursor.error(code: "jsonpath.type", reason, at: term.place)
    }
}
