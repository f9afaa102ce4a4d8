/// One evaluation of a path that may find many values. It recurses once for each level of the document and each
/// segment, and once more for each filter inside a filter; the document's depth was bounded when it was parsed, that of
/// filters when the path was compiled.
struct PathWalk {
    let document: JSONDocument
    let root: Int
    var budget: PathBudget
    /// What absolute queries in filters found, by their slots.
    private var known: [[Int]?]
    /// The last pattern that came out of the document; lists are usually tested with one.
    var lastPattern: FoundPattern?

    init(root: JSONElement, slotCount: Int) {
        document = root.document
        self.root = root.index
        budget = PathBudget(values: document.next(root.index) - root.index)
        known = Array(repeating: nil, count: slotCount)
    }

    /// What the path itself finds.
    mutating func results(_ segments: [PathSegment], atMost wanted: Int) throws(JSONFault) -> [Int] {
        var finds = PathFinds(wanted: wanted, areResults: true)
        try visit(root, 0, segments, &finds)
        return finds.nodes
    }

    /// What a query inside a filter finds for the node that is tested.
    mutating func nodes(_ query: PathQuery, of node: Int, atMost wanted: Int) throws(JSONFault) -> [Int] {
        try budget.spend()
        if let slot = query.slot, let found = known[slot] { return found }
        let start = query.slot == nil ? node : root
        var finds = PathFinds(wanted: wanted, areResults: false)
        if let steps = query.steps {
            if let end = steps.end(from: start, in: document) { finds.nodes.append(end) }
        } else {
            try visit(start, 0, query.segments, &finds)
        }
        if let slot = query.slot { known[slot] = finds.nodes }
        return finds.nodes
    }

    private mutating func visit(
        _ index: Int, _ depth: Int, _ segments: [PathSegment], _ finds: inout PathFinds
    ) throws(JSONFault) {
        guard depth < segments.count else {
            try budget.spend(1 + (finds.areResults ? (document.next(index) - index) / PathBudget.readPerStep : 0))
            finds.nodes.append(index)
            return
        }
        if segments[depth].isDescendant {
            try descend(index, depth, segments, &finds)
        } else {
            try select(index, depth, segments, &finds)
        }
    }

    /// The node itself, then everything below it, members and elements in order.
    private mutating func descend(
        _ index: Int, _ depth: Int, _ segments: [PathSegment], _ finds: inout PathFinds
    ) throws(JSONFault) {
        try budget.spend()
        guard document.isContainer(index) else { return }
        try select(index, depth, segments, &finds)
        for child in document.children(of: index) {
            if finds.areEnough { return }
            try descend(child, depth, segments, &finds)
        }
    }

    private mutating func select(
        _ index: Int, _ depth: Int, _ segments: [PathSegment], _ finds: inout PathFinds
    ) throws(JSONFault) {
        for selector in segments[depth].selectors {
            if finds.areEnough { return }
            try budget.spend()
            switch selector {
            case .name, .index:
                guard let child = selector.child(of: index, in: document) else { continue }
                try visit(child, depth + 1, segments, &finds)
            case .wildcard:
                for child in document.children(of: index) {
                    if finds.areEnough { return }
                    try visit(child, depth + 1, segments, &finds)
                }
            case .filter(let test):
                for child in document.children(of: index) {
                    if finds.areEnough { return }
                    if try holds(test, child) { try visit(child, depth + 1, segments, &finds) }
                }
            case .slice(let slice):
                guard document.tag(index) == JSONTag.array else { continue }
                let children = Array(document.children(of: index))
                for position in slice.positions(children.count) {
                    if finds.areEnough { return }
                    try visit(children[position], depth + 1, segments, &finds)
                }
            }
        }
    }
}

struct PathFinds {
    var nodes: [Int] = []
    let wanted: Int
    /// False inside filters, whose finds nobody reads as a whole.
    let areResults: Bool

    init(wanted: Int, areResults: Bool) {
        self.wanted = wanted
        self.areResults = areResults
    }

    var areEnough: Bool { nodes.count >= wanted }
}
