extension UnsafeBufferPointer<UInt8> {
    /// The first index at or after `start` that JSON text must escape, or `count`: eight bytes at a time, since most text
    /// has none.
    func firstEscape(from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(self)
        var index = start
        while index < count {
            if count - index >= 8, !Self.hasEscape(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
                index += 8
                continue
            }
            let end = Swift.min(index + 8, count)
            while index < end {
                if self[index] < 0x20 || self[index] == 0x22 || self[index] == 0x5C { return index }
                index += 1
            }
        }
        return count
    }

    /// True when one of the eight is below 0x20, a quote or a backslash.
    private static func hasEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let control = (word &- ones &* 0x20) & ~word
        let quote = word ^ (ones &* 0x22)
        let slash = word ^ (ones &* 0x5C)
        let special = control | ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)
        return special & (ones &* 0x80) != 0
    }
}
