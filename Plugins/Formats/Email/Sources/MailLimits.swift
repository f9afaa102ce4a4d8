internal import SluiceSDK

/// What a mail may look like before anything is built of it: one pass over its lines.
struct MailLimits {
    /// Header fields over all parts.
    static let mostHeaders = 10_000
    /// Header fields of one part or of the message itself.
    static let mostHeadersInABlock = 1_000
    /// Bytes of one block of header fields.
    static let mostHeaderBytes = 256 << 10
    static let mostParts = 1_000
    /// Multiparts inside each other.
    static let mostDepth = 32
    /// Bytes of a text that is read, after its transfer encoding; a longer one is no letter.
    static let mostText = 1 << 20

    private var headers = 0
    private var inBlock = 0
    private var blockBytes = 0
    private var parts = 0
    private var isInBlock = true
    /// The block so far has no line: an empty one does not end it.
    private var isFresh = true
    /// The block names a message as its content, whose own block follows.
    private var isEnclosing = false

    /// - Throws: `RecordFault`: `email.headers` or `email.parts`.
    static func check(_ bytes: [UInt8]) throws(RecordFault) {
        var limits = MailLimits()
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            try limits.take(bytes[start..<end])
            start = end + 1
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) throws(RecordFault) {
        let isEmpty = line.isEmpty || (line.count == 1 && line.first == 0x0D)
        if !isInBlock {
            // Anything that could be a boundary: what follows could be header fields.
            if line.starts(with: [0x2D, 0x2D]) { begin() }
            return
        }
        if isEmpty {
            if !isFresh, !isEnclosing { isInBlock = false }
            if !isFresh { begin(inBlock: isInBlock) }
            return
        }
        isFresh = false
        blockBytes += line.count
        guard blockBytes <= Self.mostHeaderBytes else {
            throw Self.tooMuch(
                "email.headers", "one block of header fields is longer than \(Self.mostHeaderBytes) bytes")
        }
        guard line.first != 0x20, line.first != 0x09, line.contains(UInt8(ascii: ":")) else { return }
        try countHeader(line)
    }

    private mutating func countHeader(_ line: ArraySlice<UInt8>) throws(RecordFault) {
        headers += 1
        inBlock += 1
        guard inBlock <= Self.mostHeadersInABlock, headers <= Self.mostHeaders else {
            throw Self.tooMuch(
                "email.headers",
                "there are more than \(Self.mostHeadersInABlock) header fields in one part, "
                    + "or \(Self.mostHeaders) in all")
        }
        guard Self.begins(line, "content-type") else { return }
        parts += 1
        guard parts <= Self.mostParts else {
            throw Self.tooMuch("email.parts", "there are more than \(Self.mostParts) parts")
        }
        let value = String(decoding: line.prefix(80), as: UTF8.self).lowercased()
        isEnclosing = value.contains("message/")
    }

    private mutating func begin(inBlock: Bool = true) {
        (isInBlock, isFresh, isEnclosing) = (inBlock, true, false)
        (self.inBlock, blockBytes) = (0, 0)
    }

    private static func begins(_ line: ArraySlice<UInt8>, _ word: String) -> Bool {
        line.count > word.utf8.count && zip(word.utf8, line).allSatisfy { $0 == $1 | 0x20 || $0 == $1 }
    }

    static func tooMuch(_ code: String, _ reason: String) -> RecordFault {
        RecordFault(.decode, code, reason + "; that is no letter")
    }
}
