/// Bytes that arrive in pieces, given out in lines.
public struct LineBuffer: Sendable {
    public enum Line: Sendable, Equatable {
        case whole([UInt8])
        /// Longer than allowed: how it begins. The rest of it is passed over.
        case tooLong([UInt8])
    }

    private var bytes: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var isSkipping = false
    /// Bytes of the line that is passed over.
    public private(set) var skipped = 0
    private let most: Int

    /// - Parameter most: bytes of a line, without its end.
    public init(most: Int) { self.most = most }

    public mutating func add(_ more: [UInt8]) {
        if start > 0 {
            bytes.removeFirst(start)
            searched -= start
            start = 0
        }
        bytes += more
    }

    public mutating func next() -> Line? {
        while true {
            let end = bytes[max(start, searched)...].firstIndex(of: 0x0A)
            if isSkipping {
                skipped += (end ?? bytes.count) - start
                start = end.map { $0 + 1 } ?? bytes.count
                searched = start
                guard end != nil else { return nil }
                isSkipping = false
                skipped = 0
                continue
            }
            guard let end else {
                searched = bytes.count
                guard bytes.count - start > most else { return nil }
                isSkipping = true
                return .tooLong(take(start + most))
            }
            if end - start > most {
                isSkipping = true
                return .tooLong(take(start + most))
            }
            let line = take(end)
            start = end + 1
            searched = start
            return .whole(line.last == 0x0D ? Array(line.dropLast()) : line)
        }
    }

    /// What came without an end of line.
    public mutating func rest() -> [UInt8] {
        defer { (bytes, start, searched) = ([], 0, 0) }
        return isSkipping ? [] : Array(bytes[start...])
    }

    private mutating func take(_ end: Int) -> [UInt8] {
        defer { (start, searched) = (end, end) }
        return Array(bytes[start..<end])
    }
}
