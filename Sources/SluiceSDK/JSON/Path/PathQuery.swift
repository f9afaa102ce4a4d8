/// Segments that follow `$`, or `@` inside a filter.
struct PathQuery: Sendable {
    let segments: [PathSegment]
    /// The same as plain steps, when each segment selects one child by name or index: most paths, and cheap.
    let steps: [PathSelector]?
    /// Set for a query in a filter that begins with `$`: what it finds is the same for every node that is tested, and
    /// is kept under this number.
    let slot: Int?

    init(_ segments: [PathSegment], slot: Int? = nil) {
        self.segments = segments
        self.slot = slot
        steps = Self.steps(segments)
    }

    var isSingular: Bool { steps != nil }

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

extension [PathSelector] {
    /// Where singular selectors lead, one after the other.
    func end(from start: Int, in document: JSONDocument) -> Int? {
        var index = start
        for step in self {
            guard let found = step.child(of: index, in: document) else { return nil }
            index = found
        }
        return index
    }
}
