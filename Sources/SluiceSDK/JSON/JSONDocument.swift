internal import CSimdjson

/// A parsed JSON document; its elements are read straight from simdjson's tape, no tree is built.
///
/// simdjson fails a whole document for one integer above UInt64, one lone surrogate or one invalid UTF-8 byte. Here
/// such a document is mended in one pass and parsed again: numbers too large for simdjson become strings of exactly
/// their spelling, and what is no text becomes the noncharacter U+FFFF. `isRepaired` is true then, and
/// `JSONElement.isDamaged` finds the records that hold the mark, so that they are refused alone.
///
/// Where a key stands twice in an object, looking it up gives the first; iterating gives both.
///
/// `@unchecked Sendable`: the tape and the strings are written before `parse` returns and only read afterwards.
public final class JSONDocument: @unchecked Sendable {
    /// True when something was mended that simdjson cannot read.
    public let isRepaired: Bool

    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    private let handle: UnsafeMutableRawPointer

    private init(_ parsed: sluice_json_result, isRepaired: Bool) {
        handle = parsed.document
        tape = parsed.tape
        strings = parsed.strings
        self.isRepaired = isRepaired
    }

    deinit { sluice_json_free(handle) }

    public var root: JSONElement { JSONElement(document: self, index: 1) }

    /// - Parameters:
    ///   - maxDepth: how many objects and arrays may stand inside one another.
    ///   - isMarked: true when the bytes were made from another charset and U+FFFF stands for what was no character.
    public static func parse(
        _ bytes: [UInt8], maxDepth: Int = 64, isMarked: Bool = false
    ) throws(JSONFault) -> JSONDocument {
        try bytes.withUnsafeBufferPointer { buffer throws(JSONFault) in
            try parse(buffer, maxDepth: maxDepth, isMarked: isMarked)
        }
    }

    /// The same for bytes that live elsewhere; they are not kept.
    public static func parse(
        _ buffer: UnsafeBufferPointer<UInt8>, maxDepth: Int = 64, isMarked: Bool = false
    ) throws(JSONFault) -> JSONDocument {
        let start = buffer.starts(with: byteOrderMark) ? byteOrderMark.count : 0
        let body = UnsafeBufferPointer(rebasing: buffer[start...])
        if let document = try attempt(body, maxDepth, isRepaired: isMarked) { return document }
        do {
            return try mended(body, maxDepth)
        } catch {
            throw JSONFault(error.code, error.reason, offset: error.offset.map { $0 + start })
        }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// nil when the document is invalid for a reason that is still to be found.
    private static func attempt(
        _ buffer: UnsafeBufferPointer<UInt8>, _ maxDepth: Int, isRepaired: Bool
    ) throws(JSONFault) -> JSONDocument? {
        let parsed = sluice_json_parse(buffer.baseAddress, buffer.count, max(maxDepth, 1))
        switch parsed.error {
        case Int32(SLUICE_JSON_OK): return JSONDocument(parsed, isRepaired: isRepaired)
        case Int32(SLUICE_JSON_EMPTY): throw JSONFault("json.empty", "there is no JSON document: the input is empty")
        case Int32(SLUICE_JSON_MEMORY): throw JSONFault("json.memory", "no memory for a document of this size")
        default: return nil
        }
    }

    private static func mended(
        _ buffer: UnsafeBufferPointer<UInt8>, _ maxDepth: Int
    ) throws(JSONFault) -> JSONDocument {
        var repair = JSONRepair(buffer, maxDepth: maxDepth)
        let bytes = try repair.run()
        let second = try bytes.withUnsafeBufferPointer { repaired throws(JSONFault) in
            try attempt(repaired, maxDepth, isRepaired: true)
        }
        guard let second else { throw JSONFault("json.syntax", "this is not a JSON document") }
        return second
    }
}
