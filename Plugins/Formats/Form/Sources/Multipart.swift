internal import SluiceSDK

/// Cuts a multipart body into its parts (RFC 2046, as RFC 7578 uses it). Line breaks are CR LF or LF.
struct Multipart {
    struct Part {
        var header: ArraySlice<UInt8>
        var body: ArraySlice<UInt8>
    }

    private let bytes: [UInt8]
    private let delimiter: [UInt8]
    private var position: Int
    private var isEnded = false

    /// More in one part is a flood.
    static let maxHeaderBytes = 8 << 10

    /// - Throws: `RecordFault` when the first boundary does not come.
    init(_ bytes: [UInt8], boundary: [UInt8]) throws {
        guard (1...70).contains(boundary.count), boundary.allSatisfy(Self.isBoundary), boundary.last != 0x20 else {
            throw RecordFault(.decode, "form.boundary", "the boundary is not one: 1 to 70 letters, digits and marks")
        }
        self.bytes = bytes
        delimiter = Array("--".utf8) + boundary
        position = 0
        // What stands before the first boundary is for people.
        guard let first = nextDelimiter(from: 0) else {
            throw RecordFault(.decode, "form.boundary", "the boundary that the Content-Type names does not come")
        }
        position = first.end
        isEnded = first.isLast
    }

    /// The boundary of a body that nobody described: its first line.
    static func guessBoundary(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.starts(with: Array("--".utf8)) else { return nil }
        let line = bytes.prefix(80).prefix { $0 != 0x0A && $0 != 0x0D }
        return line.count > 2 && line.count < bytes.count ? Array(line.dropFirst(2)) : nil
    }

    /// - Throws: `RecordFault` when a part is no part, or the message ends inside one.
    mutating func next() throws -> Part? {
        guard !isEnded else { return nil }
        guard let end = nextDelimiter(from: position) else {
            throw RecordFault(.decode, "form.truncated", "the form ends before its last boundary")
        }
        let whole = bytes[position..<max(position, end.start)]
        position = end.end
        isEnded = end.isLast
        guard let (header, body) = Self.split(whole) else {
            throw RecordFault(.decode, "form.part", "a part has no empty line between its headers and its content")
        }
        guard header.count <= Self.maxHeaderBytes else {
            throw RecordFault(
                .decode, "form.headers", "the headers of a part are longer than \(Self.maxHeaderBytes) bytes")
        }
        return Part(header: header, body: body)
    }

    /// A boundary at the beginning of a line with nothing behind it on that line.
    private func nextDelimiter(from start: Int) -> (start: Int, end: Int, isLast: Bool)? {
        bytes.withUnsafeBufferPointer { buffer in
            var line = start
            while line < buffer.count {
                if let end = Self.delimiter(delimiter, in: buffer, at: line) {
                    return (Self.withoutBreak(buffer, before: line, from: start), end.next, end.isLast)
                }
                guard let feed = buffer[line...].firstIndex(of: 0x0A) else { return nil }
                line = feed + 1
            }
            return nil
        }
    }

    private static func delimiter(
        _ delimiter: [UInt8], in buffer: UnsafeBufferPointer<UInt8>, at line: Int
    ) -> (next: Int, isLast: Bool)? {
        var index = line + delimiter.count
        guard index <= buffer.count, buffer[line..<index].elementsEqual(delimiter) else { return nil }
        let isLast = index + 1 < buffer.count && buffer[index] == 0x2D && buffer[index + 1] == 0x2D
        if isLast { index += 2 }
        while index < buffer.count, buffer[index] == 0x20 || buffer[index] == 0x09 || buffer[index] == 0x0D {
            index += 1
        }
        if index == buffer.count { return isLast ? (index, true) : nil }
        return buffer[index] == 0x0A ? (index + 1, isLast) : nil
    }

    /// The line break before a boundary belongs to the boundary.
    private static func withoutBreak(_ buffer: UnsafeBufferPointer<UInt8>, before line: Int, from start: Int) -> Int {
        var end = line
        if end > start, buffer[end - 1] == 0x0A { end -= 1 }
        if end < line, end > start, buffer[end - 1] == 0x0D { end -= 1 }
        return end
    }

    private static func split(_ part: ArraySlice<UInt8>) -> (header: ArraySlice<UInt8>, body: ArraySlice<UInt8>)? {
        var line = part.startIndex
        while let feed = part[line...].firstIndex(of: 0x0A) {
            let content = part[line..<feed]
            if content.isEmpty || content.elementsEqual([0x0D]) { return (part[..<line], part[(feed + 1)...]) }
            line = feed + 1
        }
        // An empty part: the line break of its empty line went with the boundary.
        let rest = part[line...]
        return rest.isEmpty || rest.elementsEqual([0x0D]) ? (part[..<line], []) : nil
    }

    private static func isBoundary(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
