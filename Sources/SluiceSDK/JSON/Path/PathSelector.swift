enum PathSelector: Sendable {
    /// The key in UTF-8.
    case name([UInt8])
    /// From the end when negative.
    case index(Int)
    case wildcard
    case slice(PathSlice)
    case filter(FilterTest)

    var isSingular: Bool {
        switch self {
        case .name, .index: true
        case .wildcard, .slice, .filter: false
        }
    }

    /// The child that a singular selector selects.
    func child(of index: Int, in document: JSONDocument) -> Int? {
        switch self {
        case .name(let name): name.withUnsafeBufferPointer { document.member($0, of: index) }
        case .index(let position): document.element(position, of: index)
        case .wildcard, .slice, .filter: nil
        }
    }
}
