/// Comparisons of RFC 9535 §2.3.5.2.2: Nothing equals Nothing alone, arrays and objects are equal by content, only
/// numbers and texts have an order, and never one with the other.
extension PathWalk {
    mutating func compare(
        _ left: FilterValue, _ comparison: FilterComparison, _ right: FilterValue
    ) throws(JSONFault) -> Bool {
        switch comparison {
        case .equal: return try isEqual(left, right)
        case .unequal: return try !isEqual(left, right)
        case .less: return isLess(left, right)
        case .greater: return isLess(right, left)
        case .atMost: if isLess(left, right) { return true }
        case .atLeast: if isLess(right, left) { return true }
        }
        return try isEqual(left, right)
    }

    private func isLess(_ left: FilterValue, _ right: FilterValue) -> Bool {
        if let left = number(left), let right = number(right) { return left < right }
        // The order of UTF-8 bytes is the order of Unicode scalar values.
        return withText(left) { left in
            withText(right) { left.lexicographicallyPrecedes($0) } ?? false
        } ?? false
    }

    private mutating func isEqual(_ left: FilterValue, _ right: FilterValue) throws(JSONFault) -> Bool {
        switch (left, right) {
        case (.nothing, .nothing): return true
        case (.nothing, _), (_, .nothing): return false
        case (.literal(let left), .literal(let right)): return left == right
        case (.node(let node), .literal(let literal)), (.literal(let literal), .node(let node)):
            return isEqual(node, literal)
        case (.node(let left), .node(let right)): return try isEqual(left, right)
        }
    }

    private func isEqual(_ node: Int, _ literal: FilterLiteral) -> Bool {
        switch literal {
        case .null: return document.tag(node) == JSONTag.null
        case .boolean(let flag): return document.tag(node) == (flag ? JSONTag.yes : JSONTag.no)
        case .number(let number): return document.number(node) == number
        case .text(let text): return document.tag(node) == JSONTag.string && document.utf8(node).elementsEqual(text)
        }
    }

    private mutating func isEqual(_ left: Int, _ right: Int) throws(JSONFault) -> Bool {
        try budget.spend()
        if left == right { return true }
        if let left = document.number(left), let right = document.number(right) { return left == right }
        guard document.tag(left) == document.tag(right) else { return false }
        switch document.tag(left) {
        case JSONTag.string:
            try budget.spend(document.utf8(left).count / Self.bytesPerStep)
            return document.utf8(left).elementsEqual(document.utf8(right))
        case JSONTag.array: return try areEqualArrays(left, right)
        case JSONTag.object: return try areEqualObjects(left, right)
        default: return true
        }
    }

    private mutating func areEqualArrays(_ left: Int, _ right: Int) throws(JSONFault) -> Bool {
        var (lefts, rights) = (document.children(of: left), document.children(of: right))
        while let left = lefts.next() {
            guard let right = rights.next(), try isEqual(left, right) else { return false }
        }
        return rights.next() == nil
    }

    private mutating func areEqualObjects(_ left: Int, _ right: Int) throws(JSONFault) -> Bool {
        let (lefts, rights) = (try members(left), try members(right))
        guard lefts.count == rights.count else { return false }
        for (left, right) in zip(lefts, rights) {
            guard document.utf8(left).elementsEqual(document.utf8(right)), try isEqual(left + 1, right + 1) else {
                return false
            }
        }
        return true
    }

    /// The keys of an object, sorted; the value of each follows it on the tape. Of a key that stands twice, both.
    private mutating func members(_ object: Int) throws(JSONFault) -> [Int] {
        var keys = document.children(of: object).map { $0 - 1 }
        // Sorting looks at each key about log2(n) times.
        try budget.spend(keys.count * max(1, Int.bitWidth - keys.count.leadingZeroBitCount))
        keys.sort { left, right in
            let (one, other) = (document.utf8(left), document.utf8(right))
            return one.lexicographicallyPrecedes(other) || (left < right && one.elementsEqual(other))
        }
        return keys
    }
}
