/// Strict UTF-8 by hand (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Scan {
    /// Bytes of the character at `position`; 0 when there is no valid one.
    static func length(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        let first = bytes[position]
        switch first {
        case 0..<0x80: return 1
        case 0xC2...0xDF: return continues(bytes, position, 1) ? 2 : 0
        case 0xE0: return continues(bytes, position, 2, 0xA0...0xBF) ? 3 : 0
        case 0xED: return continues(bytes, position, 2, 0x80...0x9F) ? 3 : 0
        case 0xE1...0xEF: return continues(bytes, position, 2) ? 3 : 0
        case 0xF0: return continues(bytes, position, 3, 0x90...0xBF) ? 4 : 0
        case 0xF1...0xF3: return continues(bytes, position, 3) ? 4 : 0
        case 0xF4: return continues(bytes, position, 3, 0x80...0x8F) ? 4 : 0
        default: return 0
        }
    }

    /// The offset of the first byte that is not part of valid UTF-8; nil when all is well.
    static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var position = 0
        while position < bytes.count {
            if bytes[position] < 0x80 {
                position += asciiRun(bytes, from: position)
                continue
            }
            let length = length(bytes, at: position)
            if length == 0 { return position }
            position += length
        }
        return nil
    }

    /// Bytes below 0x80 from here on, found eight at a time.
    private static func asciiRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var position = start
        while position + 8 <= raw.count,
            raw.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        { position += 8 }
        while position < raw.count, raw[position] < 0x80 { position += 1 }
        return position - start
    }

    private static func continues(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ count: Int, _ second: ClosedRange<UInt8> = 0x80...0xBF
    ) -> Bool {
        guard position + count < bytes.count, second.contains(bytes[position + 1]) else { return false }
        for offset in 1..<(count + 1) where bytes[position + offset] & 0xC0 != 0x80 { return false }
        return true
    }
}
