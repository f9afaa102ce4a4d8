import CSimdjson

/// simdjson with nothing around it.
enum BareJSON {
    /// Lines of NDJSON, each parsed and let go of.
    static func eachLine(of message: [UInt8], _ body: (sluice_json_result) -> Void) {
        message.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            var start = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
                let result = sluice_json_parse(base + start, end - start, 64)
                body(result)
                sluice_json_free(result.document)
                start = end + 1
            }
        }
    }

    /// Copies every text of a document, names included, out of simdjson's tape (its doc/tape.md).
    /// - Returns: how many bytes there were.
    static func texts(of document: sluice_json_result) -> Int {
        guard let tape = document.tape, let strings = document.strings else { return 0 }
        let payload: UInt64 = 0x00FF_FFFF_FFFF_FFFF
        let end = Int(tape[0] & payload)
        var (texts, index) = ([UInt8](), 1)
        texts.reserveCapacity(4_096)
        while index < end {
            switch UInt8(tape[index] >> 56) {
            case UInt8(ascii: "\""):
                let text = UnsafeRawPointer(strings) + Int(tape[index] & payload)
                let length = Int(text.loadUnaligned(as: UInt32.self))
                texts += UnsafeRawBufferPointer(start: text + 4, count: length)
            // The number itself is in the next word.
            case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index += 1
            default: break
            }
            index += 1
        }
        return texts.count
    }
}
