/// Hexadecimal, base32 and base64 of bytes, by table.
public enum Hex {
    public static func encode(_ bytes: some Collection<UInt8>) -> String { encode(Array(bytes)) }

    public static func encode(_ bytes: [UInt8]) -> String {
        let length = bytes.count * 2
        return String(unsafeUninitializedCapacity: length) { out in
            var index = 0
            for byte in bytes {
                out[index] = digit(byte >> 4)
                out[index + 1] = digit(byte & 15)
                index += 2
            }
            return length
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? 0x30 : 0x57) }

    /// nil when the text is not an even number of hexadecimal digits.
    public static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var high: UInt8?
        for byte in text.utf8 {
            guard let value = value(of: byte) else { return nil }
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? out : nil
    }

    static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

/// RFC 4648 base32 in lower case, without padding.
public enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(alphabet[Int(buffer >> UInt32(bits)) & 31])
            }
        }
        if bits > 0 { out.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
        return String(decoding: out, as: UTF8.self)
    }
}

/// RFC 4648 base64, padded.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// 255 for what is no digit.
    private static let standard: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()
    private static let values: [UInt8] = {
        var table = standard
        table[Int(UInt8(ascii: "-"))] = 62
        table[Int(UInt8(ascii: "_"))] = 63
        return table
    }()

    public static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { out in
            alphabet.withUnsafeBufferPointer { alphabet in
                var (index, place) = (0, 0)
                while index < bytes.count {
                    let left = bytes.count - index
                    let group =
                        UInt32(bytes[index]) << 16 | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
                        | (left > 2 ? UInt32(bytes[index + 2]) : 0)
                    out[place] = alphabet[Int(group >> 18)]
                    out[place + 1] = alphabet[Int(group >> 12) & 63]
                    out[place + 2] = left > 1 ? alphabet[Int(group >> 6) & 63] : UInt8(ascii: "=")
                    out[place + 3] = left > 2 ? alphabet[Int(group) & 63] : UInt8(ascii: "=")
                    (index, place) = (index + 3, place + 4)
                }
            }
            return length
        }
    }

    /// Only in the spelling that `encode` writes; nil for any other.
    public static func decode(exactly text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.count % 4 == 0, let last = text.last else { return text.isEmpty ? [] : nil }
        let padding = last != UInt8(ascii: "=") ? 0 : text[text.count - 2] == UInt8(ascii: "=") ? 2 : 1
        let length = text.count / 4 * 3 - padding
        var isExact = true
        let out = [UInt8](unsafeUninitializedCapacity: length) { out, count in
            standard.withUnsafeBufferPointer { values in
                var (index, place) = (0, 0)
                while place + 3 <= length {
                    let (a, b) = (values[Int(text[index])], values[Int(text[index + 1])])
                    let (c, d) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
                    if (a | b | c | d) & 0x80 != 0 { isExact = false }
                    out[place] = a << 2 | b >> 4
                    out[place + 1] = b << 4 | c >> 2
                    out[place + 2] = c << 6 | d
                    (index, place) = (index + 4, place + 3)
                }
                if padding > 0 {
                    let (a, b) = (values[Int(text[index])], values[Int(text[index + 1])])
                    let c = padding == 1 ? values[Int(text[index + 2])] : 0
                    // Bits that stand for nothing are zero.
                    let left = padding == 1 ? c & 0x03 : b & 0x0F
                    if (a | b | c) & 0x80 != 0 || left != 0 { isExact = false }
                    out[place] = a << 2 | b >> 4
                    if padding == 1 { out[place + 1] = b << 4 | c >> 2 }
                }
            }
            count = length
        }
        return isExact ? out : nil
    }

    /// The standard or the URL alphabet, white space ignored; nil when it is neither.
    public static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        var symbols = 0
        var padding = 0
        for byte in text.utf8 {
            if byte == 0x20 || (0x09...0x0D).contains(byte) { continue }
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = values[Int(byte)]
            guard value != 255, padding == 0 else { return nil }
            symbols += 1
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        guard symbols % 4 != 1, padding <= 2 else { return nil }
        return out
    }
}
