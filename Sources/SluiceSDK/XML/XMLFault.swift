/// Why a document or a part of it is not read. It names a place and no content.
public struct XMLFault: Error, Sendable, Equatable {
    /// A stable short label: `xml.doctype`.
    public var code: String
    public var reason: String
    /// Bytes from the start of the UTF-8 text that was read.
    var offset: Int?
    /// From 1; nil when no place is meant.
    public var line: Int?
    /// In characters, from 1; nil when only the line is known.
    public var column: Int?

    init(_ code: String, _ reason: String, at offset: Int? = nil) {
        self.code = code
        self.reason = reason
        self.offset = offset
    }

    /// "line 3, column 7: the tag is not closed".
    public var placedReason: String {
        guard let line else { return reason }
        return "line \(line)" + (column.map { ", column \($0)" } ?? "") + ": " + reason
    }

    /// With line and column, where the offset says them.
    /// - Parameter charset: of the bytes; nil for UTF-8.
    func placed(in bytes: UnsafeBufferPointer<UInt8>, charset: Charset? = nil) -> XMLFault {
        guard line == nil, let offset else { return self }
        var copy = self
        var counter = LineCounter()
        (copy.line, copy.column) = counter.position(of: offset, in: bytes)
        if let charset {
            let end = min(offset, bytes.count)
            let start = bytes[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            copy.column = 1 + charset.text(of: Array(bytes[start..<end])).bytes.count { $0 & 0xC0 != 0x80 }
        }
        return copy
    }
}

extension RecordFault {
    public init(_ fault: XMLFault, record: Int? = nil) {
        self.init(.decode, fault.code, fault.placedReason, record: record)
    }
}

extension XMLFault {
    /// Of one tag: libxml2 compares each with all others.
    static let maxAttributes = 1_000
    /// Namespace declarations that hold at one place.
    static let maxDeclarations = 100

    static func tooManyAttributes(at offset: Int? = nil) -> XMLFault {
        XMLFault("xml.attributes", "a tag has more than \(maxAttributes) attributes", at: offset)
    }

    static func tooDeep(_ limit: Int, at offset: Int? = nil) -> XMLFault {
        XMLFault("xml.depth", "elements are nested deeper than \(limit)", at: offset)
    }
}
