/// Reads a document that simdjson refused: says why it is no JSON, or writes it again without what simdjson cannot
/// hold. It runs only after a refusal, so it is simple rather than fast; it never recurses.
struct JSONRepair {
    /// U+FFFF, a noncharacter, in place of what is no text.
    static let mark: [UInt8] = [0xEF, 0xBF, 0xBF]

    let input: UnsafeBufferPointer<UInt8>
    let maxDepth: Int
    var position = 0
    var output: [UInt8] = []
    /// The closing brackets that are still awaited, innermost last.
    private var open: [UInt8] = []

    init(_ input: UnsafeBufferPointer<UInt8>, maxDepth: Int) {
        self.input = input
        self.maxDepth = maxDepth
        output.reserveCapacity(input.count + 64)
    }

    /// What may come next.
    private enum Expected {
        case value
        case elementOrClose
        case keyOrClose
        case key
        case separator
    }

    mutating func run() throws(JSONFault) -> [UInt8] {
        var expected = Expected.value
        repeat {
            skipSpace()
            expected = try step(expected)
        } while !(open.isEmpty && expected == .separator)
        skipSpace()
        if position < input.count { throw syntax("something follows the end of the document") }
        return output
    }

    private mutating func step(_ expected: Expected) throws(JSONFault) -> Expected {
        let byte = try peek()
        switch expected {
        case .value: return try value(byte)
        case .elementOrClose: return byte == UInt8(ascii: "]") ? close(byte) : try value(byte)
        case .keyOrClose: return byte == UInt8(ascii: "}") ? close(byte) : try key(byte)
        case .key: return try key(byte)
        case .separator: return try separator(byte)
        }
    }

    private mutating func value(_ byte: UInt8) throws(JSONFault) -> Expected {
        switch byte {
        case UInt8(ascii: "{"):
            try enter(UInt8(ascii: "}"))
            return .keyOrClose
        case UInt8(ascii: "["):
            try enter(UInt8(ascii: "]"))
            return .elementOrClose
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: throw syntax("a value was expected")
        }
        return .separator
    }

    private mutating func key(_ byte: UInt8) throws(JSONFault) -> Expected {
        guard byte == UInt8(ascii: "\"") else { throw syntax("a key in double quotes was expected") }
        try string()
        skipSpace()
        guard try peek() == UInt8(ascii: ":") else { throw syntax("a ':' was expected") }
        copy()
        return .value
    }

    private mutating func separator(_ byte: UInt8) throws(JSONFault) -> Expected {
        if byte == open.last { return close(byte) }
        let isObject = open.last == UInt8(ascii: "}")
        guard byte == UInt8(ascii: ",") else { throw syntax("a ',' or a '\(isObject ? "}" : "]")' was expected") }
        copy()
        return isObject ? .key : .value
    }

    private mutating func enter(_ closing: UInt8) throws(JSONFault) {
        guard open.count < maxDepth else {
            throw JSONFault(
                "json.depth", "objects and arrays are nested deeper than \(maxDepth) levels", offset: position)
        }
        copy()
        open.append(closing)
    }

    private mutating func close(_ byte: UInt8) -> Expected {
        copy()
        open.removeLast()
        return .separator
    }

    private mutating func literal(_ word: StaticString) throws(JSONFault) {
        for index in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[index] else { throw syntax("true, false or null was expected") }
            copy()
        }
    }

    private mutating func skipSpace() {
        while position < input.count, [0x20, 0x0A, 0x0D, 0x09].contains(input[position]) { position += 1 }
    }

    mutating func copy() {
        output.append(input[position])
        position += 1
    }

    func peek() throws(JSONFault) -> UInt8 {
        guard position < input.count else {
            throw JSONFault("json.truncated", "the document ends before it is complete", offset: position)
        }
        return input[position]
    }

    func syntax(_ reason: String) -> JSONFault {
        JSONFault("json.syntax", reason, offset: position)
    }
}
