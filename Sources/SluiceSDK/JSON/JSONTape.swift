/// The tags of simdjson's tape. A word is a tag in its top byte and a payload in the 56 bits below.
enum JSONTag {
    static let object = UInt8(ascii: "{")
    static let array = UInt8(ascii: "[")
    static let string = UInt8(ascii: "\"")
    static let integer = UInt8(ascii: "l")
    static let unsigned = UInt8(ascii: "u")
    static let double = UInt8(ascii: "d")
    static let yes = UInt8(ascii: "t")
    static let no = UInt8(ascii: "f")
    static let null = UInt8(ascii: "n")
}

/// Walking the tape by index.
extension JSONDocument {
    func tag(_ index: Int) -> UInt8 { UInt8(tape[index] >> 56) }

    /// The index behind the element that starts at `index`.
    func next(_ index: Int) -> Int {
        switch tag(index) {
        case JSONTag.object, JSONTag.array: Int(tape[index] & 0xFFFF_FFFF)
        case JSONTag.integer, JSONTag.unsigned, JSONTag.double: index + 2
        default: index + 1
        }
    }

    /// The index of the closing bracket of the object or array at `index`.
    func close(_ index: Int) -> Int { next(index) - 1 }

    /// The bytes of the string or key at `index`.
    func utf8(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = strings + Int(tape[index] & 0x00FF_FFFF_FFFF_FFFF)
        let length = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
        return UnsafeBufferPointer(start: start + 4, count: Int(length))
    }

    func text(_ index: Int) -> String { String(decoding: utf8(index), as: UTF8.self) }

    /// The value behind the first key of this name in the object at `index`.
    func member(_ name: UnsafeBufferPointer<UInt8>, of index: Int) -> Int? {
        guard tag(index) == JSONTag.object else { return nil }
        let end = close(index)
        var key = index + 1
        while key < end {
            if isEqual(utf8(key), name) { return key + 1 }
            key = next(key + 1)
        }
        return nil
    }

    private func isEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }
}
