/// The values of an object's members or an array's elements, in order; nothing for anything else.
struct JSONChildren: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private let keys: Int
    private let end: Int
    private var at: Int

    init(_ document: JSONDocument, of index: Int) {
        self.document = document
        keys = document.tag(index) == JSONTag.object ? 1 : 0
        at = index + 1
        end = document.isContainer(index) ? document.close(index) : at
    }

    mutating func next() -> Int? {
        guard at < end else { return nil }
        let child = at + keys
        at = document.next(child)
        return child
    }
}

extension JSONDocument {
    func isContainer(_ index: Int) -> Bool {
        let tag = tag(index)
        return tag == JSONTag.object || tag == JSONTag.array
    }

    func children(of index: Int) -> JSONChildren { JSONChildren(self, of: index) }

    /// The element at a position, counted from the end when negative.
    func element(_ position: Int, of index: Int) -> Int? {
        guard tag(index) == JSONTag.array else { return nil }
        if position < 0 {
            let children = Array(children(of: index))
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
