/// Writes JSON straight to bytes. Commas are its business; matching `begin` and `end` are the caller's.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init(reserving capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    public mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func string(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// The same for text that is UTF-8 already.
    public mutating func string(utf8: UnsafeBufferPointer<UInt8>) {
        separate()
        quote(utf8)
        needsComma = true
    }

    public mutating func key(utf8: UnsafeBufferPointer<UInt8>) {
        separate()
        quote(utf8)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func integer(_ number: some BinaryInteger) { literal(String(number)) }
    public mutating func boolean(_ flag: Bool) { literal(flag ? "true" : "false") }
    public mutating func null() { literal("null") }

    /// Shortest spelling that reads back the same; not finite becomes null, which JSON can say.
    public mutating func number(_ number: Double) {
        literal(number.isFinite ? "\(number)" : "null")
    }

    /// Bytes that are JSON already, or a number's own spelling.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    public mutating func field(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// Nothing at all when `text` is nil.
    public mutating func field(_ name: String, _ text: String?) {
        if let text { field(name, text) }
    }

    public mutating func field(_ name: String, _ number: some BinaryInteger) {
        key(name)
        integer(number)
    }

    public mutating func field(_ name: String, _ flag: Bool) {
        key(name)
        boolean(flag)
    }

    public mutating func field(_ name: String, _ items: [String]) {
        key(name)
        beginArray()
        for item in items { string(item) }
        endArray()
    }

    public mutating func field(_ name: String, raw json: some Sequence<UInt8>) {
        key(name)
        raw(json)
    }

    private mutating func literal(_ text: String) { raw(text.utf8) }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { quote($0) }
    }

    private mutating func quote(_ utf8: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        while start < utf8.count {
            let end = utf8.firstEscape(from: start)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<end]))
            if end < utf8.count { escape(utf8[end]) }
            start = end + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default: bytes.append(contentsOf: "u00".utf8); bytes.append(contentsOf: Hex.encode([byte]).utf8)
        }
    }
}
