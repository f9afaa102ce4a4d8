/// What an operand comes to.
enum FilterValue {
    /// There is no value: a query that finds nothing.
    case nothing
    case node(Int)
    case literal(FilterLiteral)

    static func count(_ number: Int) -> FilterValue { .literal(.number(.whole(Int64(number)))) }
}

extension PathWalk {
    /// The value as text in UTF-8; nil when it is none.
    func withText<Result>(_ value: FilterValue, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        switch value {
        case .node(let node) where document.tag(node) == JSONTag.string: body(document.utf8(node))
        case .literal(.text(let text)): text.withUnsafeBufferPointer(body)
        case .nothing, .node, .literal: nil
        }
    }

    func number(_ value: FilterValue) -> FilterNumber? {
        switch value {
        case .node(let node): document.number(node)
        case .literal(.number(let number)): number
        case .nothing, .literal: nil
        }
    }
}
