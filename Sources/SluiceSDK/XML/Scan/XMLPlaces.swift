internal import Foundation

/// Where the faults of a document's records stand in the document. The records come in order, so its lines are counted
/// once however many faults there are.
public struct XMLPlaces {
    private let text: CharsetText
    private var counter = LineCounter()

    init(_ text: CharsetText) {
        self.text = text
    }

    /// From 1.
    public mutating func line(of cut: XMLOutline.Cut) -> Int {
        text.bytes.withUnsafeBufferPointer { counter.position(of: cut.range.lowerBound, in: $0).line }
    }

    /// A fault that counts from the record's beginning, as one that counts from the document's. The column in a
    /// record's first line is not known, because declarations were added to it.
    public mutating func fault(_ fault: XMLFault, in cut: XMLOutline.Cut) -> XMLFault {
        var copy = fault
        copy.line = (fault.line ?? 1) + line(of: cut) - 1
        if fault.line ?? 1 == 1 { copy.column = nil }
        return copy
    }
}

/// Lines and columns of ascending offsets.
struct LineCounter {
    private var seen = 0
    private var line = 1
    private var lineStart = 0

    mutating func position(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (line: Int, column: Int) {
        let end = min(max(offset, seen), bytes.count)
        while let found = Self.nextBreak(in: bytes, seen..<end) {
            line += 1
            lineStart = found + 1
            seen = found + 1
        }
        seen = end
        // Bytes that continue a character are none of their own.
        let column = bytes[lineStart..<max(lineStart, min(offset, end))].count { $0 & 0xC0 != 0x80 }
        return (line, column + 1)
    }

    /// Line feeds in a part of a document.
    static func breaks(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        var count = 0
        var start = range.lowerBound
        while let found = nextBreak(in: bytes, start..<range.upperBound) {
            count += 1
            start = found + 1
        }
        return count
    }

    private static func nextBreak(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        guard let base = bytes.baseAddress, !range.isEmpty else { return nil }
        let found = memchr(base + range.lowerBound, 0x0A, range.count)
        return found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
    }
}
