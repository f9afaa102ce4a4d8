extension JSONRepair {
    /// Copies a string; lone surrogate escapes and invalid UTF-8 become the mark.
    mutating func string() throws(JSONFault) {
        copy()
        while true {
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "\""):
                copy()
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw syntax("a control character inside a string is not escaped")
            case 0x20..<0x80: copy()
            default: character()
            }
        }
    }

    private mutating func escape() throws(JSONFault) {
        let start = position
        position += 1
        let byte = try peek()
        position += 1
        if byte == UInt8(ascii: "u") {
            try unicodeEscape(from: start)
        } else if "\"\\/bfnrt".utf8.contains(byte) {
            output.append(contentsOf: input[start..<position])
        } else {
            throw JSONFault("json.syntax", "no escape begins like this", offset: start)
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(JSONFault) {
        let first = try hexadecimal()
        if (0xD800..<0xDC00).contains(first) {
            let behind = position
            if behind + 1 < input.count, input[behind] == UInt8(ascii: "\\"), input[behind + 1] == UInt8(ascii: "u") {
                position += 2
                if (0xDC00..<0xE000).contains(try hexadecimal()) {
                    output.append(contentsOf: input[start..<position])
                    return
                }
                position = behind
            }
        }
        if (0xD800..<0xE000).contains(first) {
            output.append(contentsOf: Self.mark)
        } else {
            output.append(contentsOf: input[start..<position])
        }
    }

    private mutating func hexadecimal() throws(JSONFault) -> Int {
        var value = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else {
                throw syntax("four hexadecimal digits were expected")
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    /// One character of several bytes; the mark when it is none.
    private mutating func character() {
        let length = UTF8Scan.length(input, at: position)
        if length == 0 {
            output.append(contentsOf: Self.mark)
            position += 1
        } else {
            output.append(contentsOf: input[position..<(position + length)])
            position += length
        }
    }

    /// Copies a number; one that no Int64, UInt64 or Double holds becomes a string of its spelling.
    mutating func number() throws(JSONFault) {
        let start = position
        if input[position] == UInt8(ascii: "-") { position += 1 }
        if try peek() == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if position < input.count, (0x30...0x39).contains(input[position]) { throw syntax("a number begins with 0") }
        let wholeEnd = position
        if position < input.count, input[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if position < input.count, input[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(try peek()) { position += 1 }
            try digits()
        }
        let spelling = input[start..<position]
        if isHeld(String(decoding: spelling, as: UTF8.self), isWhole: wholeEnd == position) {
            output.append(contentsOf: spelling)
        } else {
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: spelling)
            output.append(UInt8(ascii: "\""))
        }
    }

    private func isHeld(_ spelling: String, isWhole: Bool) -> Bool {
        if isWhole { return Int64(spelling) != nil || UInt64(spelling) != nil }
        return Double(spelling)?.isFinite ?? false
    }

    private mutating func digits() throws(JSONFault) {
        guard (0x30...0x39).contains(try peek()) else { throw syntax("a digit was expected") }
        while position < input.count, (0x30...0x39).contains(input[position]) { position += 1 }
    }
}
