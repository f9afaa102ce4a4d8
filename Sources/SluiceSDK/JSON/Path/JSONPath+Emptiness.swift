extension JSONPath {
    /// Tells an empty list from a list that is not there: where a path finds nothing, true when everything it names
    /// exists and only a wildcard, slice, filter or descendant found nothing to select (`$.rows[*]` in `{"rows": []}`,
    /// and in `{"rows": null}`, which some systems send instead).
    public func findsEmptyList(in root: JSONElement) throws(JSONFault) -> Bool {
        let segments = query.segments
        for length in 0..<segments.count {
            guard try nodes(segments[...length], in: root, atMost: 1).isEmpty else { continue }
            guard segments[length].selectsMany else { return false }
            return try nodes(segments[..<length], in: root).contains { node in
                [.array, .object, .null].contains(node.kind)
            }
        }
        return false
    }
}

extension PathSegment {
    fileprivate var selectsMany: Bool {
        isDescendant || selectors.contains { !$0.isSingular }
    }
}
