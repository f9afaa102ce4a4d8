import Glibc

extension UnsafeRawBufferPointer {
    /// The offset of the first `mark` at or after `start`.
    func offset(of mark: [UInt8], from start: Int = 0) -> Int? {
        guard let base = baseAddress, let first = mark.first else { return nil }
        var position = start
        while position + mark.count <= count {
            guard let hit = memchr(base + position, Int32(first), count - position - mark.count + 1) else { return nil }
            position = UnsafeRawPointer(hit) - base
            if memcmp(base + position, mark, mark.count) == 0 { return position }
            position += 1
        }
        return nil
    }
}
