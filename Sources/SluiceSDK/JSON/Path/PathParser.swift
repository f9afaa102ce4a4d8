/// The grammar of RFC 9535, one function for each rule.
struct PathParser {
    var cursor: PathCursor
    /// Absolute queries in filters so far.
    var slotCount = 0
    var remarks: [SelectorError] = []
    /// Filters, parentheses and functions that are open.
    var nesting = 0

    init(_ text: String) {
        cursor = PathCursor(text)
    }

    /// `jsonpath-query`: the root and its segments, with nothing around them.
    mutating func query() throws(SelectorError) -> [PathSegment] {
        guard cursor.take("$") else { throw noRoot() }
        var segments: [PathSegment] = []
        while !cursor.isAtEnd {
            let start = cursor.position
            cursor.skipSpace()
            if cursor.isAtEnd { throw cursor.error("white space may not end a path", at: start) }
            segments.append(try segment())
        }
        return segments
    }

    private mutating func noRoot() -> SelectorError {
        if cursor.isAtEnd { return cursor.error("the path is empty; write '$' for the whole record") }
        if cursor.current == "@" { return cursor.error("'@' stands in filters only; a path begins with '$'") }
        if let name = cursor.shorthand(), cursor.current == "(" { return misplaced(name, at: 0) }
        return cursor.error("a path begins with '$'", at: 0)
    }

    mutating func segment() throws(SelectorError) -> PathSegment {
        if cursor.take("..") {
            if cursor.current == "[" { return PathSegment(isDescendant: true, selectors: try bracketed()) }
            return PathSegment(isDescendant: true, selectors: [try dotted("'..'")])
        }
        if cursor.take(".") { return PathSegment(isDescendant: false, selectors: [try dotted("'.'")]) }
        if cursor.current == "[" { return PathSegment(isDescendant: false, selectors: try bracketed()) }
        throw cursor.error("'.', '..' or '[' was expected")
    }

    /// What stands behind dots: a wildcard or a plain name.
    private mutating func dotted(_ dots: String) throws(SelectorError) -> PathSelector {
        if cursor.take("*") { return .wildcard }
        let start = cursor.position
        guard let name = cursor.shorthand() else {
            throw cursor.error("a name or '*' must follow \(dots); write other names as ['…']")
        }
        if cursor.current == "(" { throw misplaced(name, at: start) }
        return .name(Array(name.utf8))
    }

    private mutating func bracketed() throws(SelectorError) -> [PathSelector] {
        cursor.advance()
        var selectors: [PathSelector] = []
        repeat {
            cursor.skipSpace()
            selectors.append(try selector())
            cursor.skipSpace()
        } while cursor.take(",")
        guard cursor.take("]") else { throw unexpected("',' or ']'", behind: selectors.last) }
        return selectors
    }

    private mutating func selector() throws(SelectorError) -> PathSelector {
        if cursor.take("*") { return .wildcard }
        if cursor.current == "?" { return try filter() }
        if let name = try cursor.literal() { return .name(Array(name.utf8)) }
        let start = cursor.position
        if let name = cursor.shorthand() {
            if cursor.current == "(" { throw misplaced(name, at: start) }
            throw cursor.error("write the name in quotes: ['\(name)']", at: start)
        }
        return try indexOrSlice()
    }

    private mutating func indexOrSlice() throws(SelectorError) -> PathSelector {
        let start = try cursor.integer()
        let behind = cursor.position
        cursor.skipSpace()
        guard cursor.take(":") else {
            cursor.move(to: behind)
            guard let start else { throw cursor.error("a quoted name, a number, a slice or '*' was expected") }
            return .index(start)
        }
        cursor.skipSpace()
        var slice = PathSlice(start: start, end: try cursor.integer())
        cursor.skipSpace()
        if cursor.take(":") {
            cursor.skipSpace()
            slice.step = try cursor.integer() ?? 1
        }
        return .slice(slice)
    }

    private func misplaced(_ function: String, at place: Int) -> SelectorError {
        cursor.error("functions stand in filters only, as in [?\(FilterFunction.length.usage) > 1]", at: place)
    }
}
