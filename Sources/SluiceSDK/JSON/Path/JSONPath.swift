/// A compiled JSONPath query: all of RFC 9535.
///
/// Where a key stands twice in an object, a name selects the first; wildcards and descendants see both. `$` is the
/// element that a path is asked about, inside filters too.
public struct JSONPath: Sendable, CustomStringConvertible {
    public let text: String
    /// What the RFC takes and nobody means: a pattern that can never match because it is no I-Regexp (`\\d`).
    public let remarks: [SelectorError]
    let query: PathQuery
    /// How many absolute queries stand in its filters.
    private let slotCount: Int

    /// - Throws: `SelectorError`: `jsonpath.syntax` or `jsonpath.type`, with the place and what to write.
    public init(_ text: String) throws(SelectorError) {
        var parser = PathParser(text)
        self.text = text
        query = PathQuery(try parser.query())
        slotCount = parser.slotCount
        remarks = parser.remarks
    }

    /// A path that stands in a configuration file: what never can match is refused there, as `jsonpath.pattern`.
    public init(configured text: String) throws(SelectorError) {
        try self.init(text)
        if let remark = remarks.first { throw remark }
    }

    public var description: String { text }

    /// True when the path finds one value at most.
    public var isSingular: Bool { query.isSingular }

    /// The first value it finds.
    /// - Throws: `JSONFault` with code `jsonpath.limit`; never when the path is singular.
    public func first(in element: JSONElement) throws(JSONFault) -> JSONElement? {
        guard let steps = query.steps else { return try nodes(in: element, atMost: 1).first }
        return steps.end(from: element.index, in: element.document)
            .map { JSONElement(document: element.document, index: $0) }
    }

    /// Every value it finds, in the order of RFC 9535; a value found twice stands here twice.
    /// - Parameter atMost: looking ends when so many are found.
    /// - Throws: `JSONFault` with code `jsonpath.limit` when looking takes more steps than `PathBudget` grants.
    public func nodes(in element: JSONElement, atMost: Int = .max) throws(JSONFault) -> [JSONElement] {
        if query.steps != nil { return try first(in: element).map { [$0] } ?? [] }
        return try nodes(query.segments[...], in: element, atMost: atMost)
    }

    /// The same for a beginning of the path.
    func nodes(
        _ segments: ArraySlice<PathSegment>, in element: JSONElement, atMost: Int = .max
    ) throws(JSONFault) -> [JSONElement] {
        var walk = PathWalk(root: element, slotCount: slotCount)
        return try walk.results(Array(segments), atMost: atMost)
            .map { JSONElement(document: element.document, index: $0) }
    }
}
