/// Evaluates a path that may find many values. It recurses once for each level of the document and each segment, and
/// the document's depth was bounded when it was parsed.
struct PathWalk {
    let document: JSONDocument
    let segments: [PathSegment]
    var found: [Int] = []

    init(document: JSONDocument, segments: [PathSegment]) {
        self.document = document
        self.segments = segments
    }

    mutating func visit(_ index: Int, _ depth: Int) {
        guard depth < segments.count else {
            found.append(index)
            return
        }
        if segments[depth].isDescendant {
            descend(index, depth)
        } else {
            select(index, depth)
        }
    }

    /// The node itself, then everything below it, members and elements in order.
    private mutating func descend(_ index: Int, _ depth: Int) {
        let tag = document.tag(index)
        guard tag == JSONTag.object || tag == JSONTag.array else { return }
        select(index, depth)
        for child in document.children(of: index) { descend(child, depth) }
    }

    private mutating func select(_ index: Int, _ depth: Int) {
        for selector in segments[depth].selectors {
            switch selector {
            case .name, .index:
                if let child = selector.child(of: index, in: document) { visit(child, depth + 1) }
            case .wildcard:
                for child in document.children(of: index) { visit(child, depth + 1) }
            case .slice(let slice):
                guard document.tag(index) == JSONTag.array else { continue }
                let children = document.children(of: index)
                for position in slice.positions(children.count) { visit(children[position], depth + 1) }
            }
        }
    }
}

extension JSONDocument {
    /// The values of an object's members or an array's elements.
    func children(of index: Int) -> [Int] {
        let tag = tag(index)
        guard tag == JSONTag.object || tag == JSONTag.array else { return [] }
        let keys = tag == JSONTag.object ? 1 : 0
        let end = close(index)
        var children: [Int] = []
        var at = index + 1
        while at < end {
            children.append(at + keys)
            at = next(at + keys)
        }
        return children
    }

    /// The element at a position, counted from the end when negative.
    func element(_ position: Int, of index: Int) -> Int? {
        guard tag(index) == JSONTag.array else { return nil }
        if position < 0 {
            let children = children(of: index)
            return children.count + position >= 0 ? children[children.count + position] : nil
        }
        let end = close(index)
        var at = index + 1
        var left = position
        while at < end, left > 0 {
            at = next(at)
            left -= 1
        }
        return at < end ? at : nil
    }
}
