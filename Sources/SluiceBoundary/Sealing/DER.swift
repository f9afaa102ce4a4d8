/// As much of DER as tells one value from what follows it.
enum DER {
    /// Bytes of the first value, with its tag and length; nil where it does not end within `bytes`.
    static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        let head = Array(bytes.prefix(6))
        guard head.count >= 2 else { return nil }
        if head[1] < 0x80 { return bounded(2 + Int(head[1]), bytes) }
        let digits = Int(head[1] & 0x7F)
        guard (1...4).contains(digits), head.count >= 2 + digits else { return nil }
        return bounded(2 + digits + head[2..<(2 + digits)].reduce(0) { $0 << 8 | Int($1) }, bytes)
    }

    private static func bounded(_ length: Int, _ bytes: ArraySlice<UInt8>) -> Int? {
        length <= bytes.count ? length : nil
    }
}
