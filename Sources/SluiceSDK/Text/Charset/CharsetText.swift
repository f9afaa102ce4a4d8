/// Bytes that were read as text, so that one damaged record need not fail its message.
///
/// In UTF-8 the bytes are the sender's own, damage included. From another charset they were converted, and what was no
/// character became the noncharacter U+FFFF. `isText` tells a damaged part from a sound one.
public struct CharsetText: Sendable {
    /// UTF-8 without a byte order mark, but for the damage.
    public var bytes: [UInt8]
    /// The first sequence that is no character; nil when all is well.
    public var fault: CharsetFault?

    init(bytes: [UInt8], fault: CharsetFault?) {
        self.bytes = bytes
        self.fault = fault
    }

    /// UTF-8 that its reader checks by itself.
    public init(unchecked utf8: [UInt8]) {
        bytes = utf8.starts(with: ByteOrderMark.utf8) ? Array(utf8[3...]) : utf8
        fault = nil
    }

    /// Nothing but white space.
    public var isBlank: Bool { bytes.allSatisfy { [0x20, 0x0A, 0x0D, 0x09].contains($0) } }

    /// - Returns: false when this part holds something that is no character.
    public func isText(_ part: Range<Int>) -> Bool {
        if fault == nil { return true }
        return bytes.withUnsafeBufferPointer { buffer in
            let slice = UnsafeBufferPointer(rebasing: buffer[part])
            return UTF8Scan.firstInvalid(slice) == nil && !slice.containsMark
        }
    }
}

/// Bytes that are no text in the charset they should be in. It names a place and no content.
public struct CharsetFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// `charset.invalid` or `charset.unencodable`.
    public var code: String
    public var reason: String
    /// Bytes from the start of the input, from 0.
    public var offset: Int

    init(_ code: String, _ reason: String, offset: Int) {
        self.code = code
        self.reason = reason
        self.offset = offset
    }

    static func invalid(_ label: String, offset: Int) -> CharsetFault {
        CharsetFault("charset.invalid", "this is not text in \(label)", offset: offset)
    }

    public var description: String { "[\(code)] \(reason) at byte \(offset)" }
}
