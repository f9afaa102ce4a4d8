/// A compiled JSONPath query (RFC 9535): names, indices, wildcards, slices, descendants and unions of them.
///
/// Filters and function extensions are refused when compiling, by name. Where a key stands twice in an object, a name
/// selects the first; wildcards and descendants see both.
public struct JSONPath: Sendable, CustomStringConvertible {
    public let text: String
    let segments: [PathSegment]
    /// The same path as plain steps, when each segment selects one child by name or index: most paths, and cheap.
    private let steps: [PathSelector]?

    /// - Throws: `SelectorError`: `jsonpath.syntax`, `jsonpath.filter-unsupported` or `jsonpath.function-unsupported`.
    public init(_ text: String) throws(SelectorError) {
        var parser = PathParser(text)
        self.text = text
        segments = try parser.query()
        steps = Self.steps(segments)
    }

    public var description: String { text }

    /// True when the path finds one value at most.
    public var isSingular: Bool { steps != nil }

    /// The first value it finds.
    public func first(in element: JSONElement) -> JSONElement? {
        guard let steps else { return nodes(in: element).first }
        var index = element.index
        for step in steps {
            guard let found = step.child(of: index, in: element.document) else { return nil }
            index = found
        }
        return JSONElement(document: element.document, index: index)
    }

    /// Every value it finds, in the order of RFC 9535; a value found twice stands here twice.
    public func nodes(in element: JSONElement) -> [JSONElement] {
        if steps != nil { return first(in: element).map { [$0] } ?? [] }
        var walk = PathWalk(document: element.document, segments: segments)
        walk.visit(element.index, 0)
        return walk.found.map { JSONElement(document: element.document, index: $0) }
    }

    private static func steps(_ segments: [PathSegment]) -> [PathSelector]? {
        var steps: [PathSelector] = []
        for segment in segments {
            guard !segment.isDescendant, segment.selectors.count == 1, segment.selectors[0].isSingular else {
                return nil
            }
            steps.append(segment.selectors[0])
        }
        return steps
    }
}

struct PathSegment: Sendable {
    var isDescendant: Bool
    var selectors: [PathSelector]
}

enum PathSelector: Sendable {
    /// The key in UTF-8.
    case name([UInt8])
    /// From the end when negative.
    case index(Int)
    case wildcard
    case slice(PathSlice)

    var isSingular: Bool {
        switch self {
        case .name, .index: true
        case .wildcard, .slice: false
        }
    }

    /// The child that a singular selector selects.
    func child(of index: Int, in document: JSONDocument) -> Int? {
        switch self {
        case .name(let name): name.withUnsafeBufferPointer { document.member($0, of: index) }
        case .index(let position): document.element(position, of: index)
        case .wildcard, .slice: nil
        }
    }
}

/// `start:end:step`, with the defaults of RFC 9535 §2.3.4.
struct PathSlice: Sendable {
    var start: Int?
    var end: Int?
    var step = 1

    /// Positions in an array of `count` elements, in the order they are selected.
    func positions(_ count: Int) -> StrideTo<Int> {
        guard step != 0 else { return stride(from: 0, to: 0, by: 1) }
        let first = bounded(start ?? (step > 0 ? 0 : count - 1), count)
        let last = bounded(end ?? (step > 0 ? count : -count - 1), count)
        return stride(from: first, to: last, by: step)
    }

    private func bounded(_ position: Int, _ count: Int) -> Int {
        let normal = position >= 0 ? position : count + position
        return step > 0 ? min(max(normal, 0), count) : min(max(normal, -1), count - 1)
    }
}
