extension PathCursor {
    /// A literal in single or double quotes; nil when none is here.
    mutating func literal() throws(SelectorError) -> String? {
        guard let quote = current, quote == "'" || quote == "\"" else { return nil }
        let start = position
        advance()
        var out = String.UnicodeScalarView()
        while let scalar = current {
            if scalar == quote {
                advance()
                return String(out)
            }
            if scalar.value < 0x20 { throw error("write control characters as \\u escapes") }
            if scalar == "\\" {
                out.append(try escape(in: quote))
            } else {
                out.append(scalar)
                advance()
            }
        }
        throw error("the quote is not closed", at: start)
    }

    private mutating func escape(in quote: Unicode.Scalar) throws(SelectorError) -> Unicode.Scalar {
        let start = position
        advance()
        guard let scalar = current else { throw error("the quote is not closed", at: start) }
        advance()
        switch scalar {
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "/", "\\", quote: return scalar
        case "u": return try unicodeEscape(from: start)
        default:
            throw error(
                "no such escape; write \\b \\f \\n \\r \\t \\/ \\\\ \\\(quote) or \\u and four digits", at: start)
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(SelectorError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, take("\\u") {
            let second = try hexadecimal()
            if (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        throw error("half of a surrogate pair is no character", at: start)
    }

    private mutating func hexadecimal() throws(SelectorError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = current, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw error("four hexadecimal digits must follow \\u")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }
}
