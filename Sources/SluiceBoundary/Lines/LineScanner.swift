internal import Foundation
internal import SluiceSDK

/// Where a line stops being what this code writes.
struct LineFault: Error, Equatable {
    var offset: Int
    var wanted: String
}

/// Reads a line in exactly the spelling that this code writes: fixed keys in a fixed order, no white space.
///
/// That is stricter than JSON, costs no allocation on trust, and leaves a hostile writer no room for two readings.
struct LineScanner {
    let bytes: [UInt8]
    private(set) var index: Int
    let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        self.bytes = bytes
        index = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
    }

    var isAtEnd: Bool { index == end }

    func fault(_ wanted: String) -> LineFault { LineFault(offset: index, wanted: wanted) }

    mutating func expect(_ literal: StaticString) throws(LineFault) {
        let count = literal.utf8CodeUnitCount
        guard end - index >= count, starts(with: literal, count) else { throw fault("\(literal)") }
        index += count
    }

    mutating func take(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard end - index >= count, starts(with: literal, count) else { return false }
        index += count
        return true
    }

    func expectEnd() throws(LineFault) {
        guard isAtEnd else { throw fault("the end of the line") }
    }

    /// A whole number from 0 to 2^53 without leading zeros.
    mutating func integer() throws(LineFault) -> Int {
        let start = index
        var value = 0
        while index < end, (0x30...0x39).contains(bytes[index]), index - start < 16 {
            value = value * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        guard index > start, index - start == 1 || bytes[start] != 0x30, value <= 1 << 53 else {
            throw fault("a whole number")
        }
        return value
    }

    /// A quoted name, without the escapes that it cannot need.
    mutating func name() throws(LineFault) -> String {
        try expect("\"")
        let start = index
        while index < end, Name.isValid(bytes[index]), index - start < Name.longest { index += 1 }
        guard index > start else { throw fault("a name") }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        try expect("\"")
        return text
    }

    /// 64 lower-case hexadecimal digits in quotes.
    mutating func digest() throws(LineFault) -> [UInt8] {
        try expect("\"")
        let digest = try hex(count: 32)
        try expect("\"")
        return digest
    }

    /// `count` bytes as lower-case hexadecimal digits.
    mutating func hex(count: Int) throws(LineFault) -> [UInt8] {
        guard count >= 0, (end - index) / 2 >= count else { throw fault("\(count) bytes in hexadecimal") }
        var out: [UInt8] = []
        out.reserveCapacity(count)
        for _ in 0..<count {
            guard let high = Self.digit(bytes[index]), let low = Self.digit(bytes[index + 1]) else {
                throw fault("lower-case hexadecimal")
            }
            out.append(high << 4 | low)
            index += 2
        }
        return out
    }

    /// 64 bytes in base64: 88 characters, in the one spelling that encodes them.
    mutating func signature() throws(LineFault) -> [UInt8] {
        try expect("\"")
        guard end - index >= 88 else { throw fault("a signature") }
        guard let signature = decoded(index..<index + 88), signature.count == 64 else { throw fault("a signature") }
        index += 88
        try expect("\"")
        return signature
    }

    /// Quoted bytes in base64, in the one spelling that encodes them; how many there may be says the line's limit.
    mutating func base64() throws(LineFault) -> [UInt8] {
        try expect("\"")
        let start = index
        index = bytes[start..<end].withUnsafeBytes { text in
            guard let base = text.baseAddress, let found = memchr(base, 0x22, text.count) else { return end }
            return start + (UnsafeRawPointer(found) - base)
        }
        guard let out = decoded(start..<index), !out.isEmpty else { throw fault("base64") }
        try expect("\"")
        return out
    }

    private func decoded(_ range: Range<Int>) -> [UInt8]? {
        bytes[range].withUnsafeBytes { Base64.decode(exactly: $0) }
    }

    /// A quoted text with the escapes of `JSONWriter`, at most `limit` bytes of UTF-8.
    mutating func text(atMost limit: Int) throws(LineFault) -> String {
        try expect("\"")
        var out: [UInt8] = []
        while index < end, bytes[index] != UInt8(ascii: "\"") {
            guard out.count < limit, bytes[index] >= 0x20 else { throw fault("text") }
            out.append(bytes[index] == UInt8(ascii: "\\") ? try escape() : bytes[index])
            index += 1
        }
        try expect("\"")
        guard let text = String(validating: out, as: UTF8.self) else { throw fault("text in UTF-8") }
        return text
    }

    /// At a backslash; leaves `index` on the escape's last byte.
    private mutating func escape() throws(LineFault) -> UInt8 {
        guard end - index >= 2 else { throw fault("an escape") }
        index += 1
        switch bytes[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return bytes[index]
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"):
            index += 1
            guard take("00") else { throw fault("an escape") }
            let value = try hex(count: 1)[0]
            guard value < 0x20 else { throw fault("an escape that is needed") }
            index -= 1
            return value
        default: throw fault("an escape")
        }
    }

    private func starts(with literal: StaticString, _ count: Int) -> Bool {
        literal.withUTF8Buffer { wanted in
            bytes.withUnsafeBytes { memcmp($0.baseAddress! + index, wanted.baseAddress!, count) == 0 }
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
