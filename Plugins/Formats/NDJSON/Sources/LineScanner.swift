/// One line without its line break.
struct Line {
    var bytes: UnsafeBufferPointer<UInt8>
    /// From 1, blank lines counted.
    var number: Int
}

/// The lines that hold more than white space. A line ends with LF or CR LF, the last one also with the message.
struct LineScanner: Sequence, IteratorProtocol {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var number = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func next() -> Line? {
        while position < bytes.count {
            let rest = UnsafeBufferPointer(rebasing: bytes[position...])
            let length = rest.firstIndex(of: 0x0A) ?? rest.count
            position += length + 1
            number += 1
            var line = UnsafeBufferPointer(rebasing: rest[..<length])
            if line.last == 0x0D { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
            if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) {
                return Line(bytes: line, number: number)
            }
        }
        return nil
    }
}
