extension JSONElement {
    /// Members of an object (a key that stands twice comes twice) or elements of an array; 0 for anything else.
    public var count: Int {
        var total = 0
        switch document.tag(index) {
        case JSONTag.object: forEachMemberIndex { _, _ in total += 1 }
        case JSONTag.array: forEachElementIndex { _ in total += 1 }
        default: break
        }
        return total
    }

    /// Nothing when this is no object.
    public func forEachMember(_ body: (String, JSONElement) throws -> Void) rethrows {
        try forEachMemberIndex { key, value in
            try body(document.text(key), JSONElement(document: document, index: value))
        }
    }

    /// Nothing when this is no array.
    public func forEachElement(_ body: (JSONElement) throws -> Void) rethrows {
        try forEachElementIndex { try body(JSONElement(document: document, index: $0)) }
    }

    func forEachMemberIndex(_ body: (_ key: Int, _ value: Int) throws -> Void) rethrows {
        guard document.tag(index) == JSONTag.object else { return }
        let end = document.close(index)
        var key = index + 1
        while key < end {
            try body(key, key + 1)
            key = document.next(key + 1)
        }
    }

    func forEachElementIndex(_ body: (Int) throws -> Void) rethrows {
        guard document.tag(index) == JSONTag.array else { return }
        let end = document.close(index)
        var at = index + 1
        while at < end {
            try body(at)
            at = document.next(at)
        }
    }

    /// True when something in here was no text and was replaced by U+FFFF. The same character sent as such in a
    /// document that was repaired for another reason counts too: it is no text either.
    public var isDamaged: Bool {
        guard document.isRepaired else { return false }
        let end = document.next(index)
        var at = index
        while at < end {
            switch document.tag(at) {
            case JSONTag.string:
                if document.utf8(at).containsMark { return true }
                at += 1
            case JSONTag.object, JSONTag.array: at += 1
            default: at = document.next(at)
            }
        }
        return false
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// U+FFFF in UTF-8.
    var containsMark: Bool {
        guard count >= 3 else { return false }
        for index in 0..<(count - 2) where self[index] == 0xEF && self[index + 1] == 0xBF && self[index + 2] == 0xBF {
            return true
        }
        return false
    }
}
