extension JSONPath {
    /// Tells an empty list from a list that is not there: where a path finds nothing, true when everything it names
    /// exists and only a wildcard, slice or descendant found nothing to select (`$.rows[*]` in `{"rows": []}`, and in
    /// `{"rows": null}`, which some systems send instead).
    public func findsEmptyList(in root: JSONElement) -> Bool {
        for length in 0..<segments.count {
            guard nodes(segments[...length], in: root).isEmpty else { continue }
            guard segments[length].selectsMany else { return false }
            return nodes(segments[..<length], in: root).contains { node in
                [.array, .object, .null].contains(node.kind)
            }
        }
        return false
    }

    private func nodes(_ part: ArraySlice<PathSegment>, in root: JSONElement) -> [JSONElement] {
        var walk = PathWalk(document: root.document, segments: Array(part))
        walk.visit(root.index, 0)
        return walk.found.map { JSONElement(document: root.document, index: $0) }
    }
}

extension PathSegment {
    fileprivate var selectsMany: Bool {
        isDescendant || selectors.contains { !$0.isSingular }
    }
}
