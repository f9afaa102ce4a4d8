/// Reads the grammar of RFC 9485 and writes the same in PCRE2's. Nothing passes through unread, so what PCRE2 knows
/// beyond it (look-around, back references, verbs) cannot be reached.
struct IRegexpTranslation {
    /// A pattern may stand in the message itself.
    static let maxLength = 4_096
    private static let maxDepth = 50

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var output = ""

    init(_ text: String) {
        // One more than is taken, so that a long text is not copied before it is refused.
        scalars = Array(text.unicodeScalars.prefix(Self.maxLength + 1))
    }

    mutating func run() throws(SelectorError) -> String {
        guard scalars.count <= Self.maxLength else { throw fault("longer than \(Self.maxLength) characters") }
        try branches()
        guard current == nil else { throw fault("')' without '('") }
        return output
    }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func fault(_ reason: String) -> SelectorError {
        SelectorError("regexp.syntax", "\(reason), at character \(position) of the pattern", offset: position)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    private mutating func branches() throws(SelectorError) {
        while let scalar = current, scalar != ")" {
            if take("|") {
                output += "|"
            } else {
                try atom(scalar)
                try quantifier()
            }
        }
    }

    private mutating func atom(_ scalar: Unicode.Scalar) throws(SelectorError) {
        switch scalar {
        case "(": try group()
        case "[": try expressionClass()
        case "\\": try escape(inClass: false)
        case "*", "+", "?", "{":
            throw fault("nothing stands before '\(scalar)' that it could repeat; write \\\(scalar) for the character")
        case "]", "}": throw fault("write \\\(scalar) for the character")
        default:
            position += 1
            switch scalar {
            case ".": output += "[^\\n\\r]"
            // The grammar counts both as plain characters; the compliance suite takes them for the ends.
            case "^": output += "(?:\\A)"
            case "$": output += "(?:\\z)"
            default: write(scalar)
            }
        }
    }

    private mutating func group() throws(SelectorError) {
        let start = position
        position += 1
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw fault("more than \(Self.maxDepth) groups inside one another") }
        if current == "?" { throw fault("groups are plain: write '(' without '?'") }
        output += "(?:"
        try branches()
        guard take(")") else {
            position = start
            throw fault("the group is not closed")
        }
        output += ")"
    }

    private mutating func quantifier() throws(SelectorError) {
        guard let scalar = current else { return }
        switch scalar {
        case "*", "+", "?":
            position += 1
            output.unicodeScalars.append(scalar)
        case "{":
            position += 1
            output += "{"
            try digits()
            if take(",") {
                output += ","
                if current != "}" { try digits() }
            }
            guard take("}") else { throw fault("'}' was expected, as in {2}, {2,} or {2,4}") }
            output += "}"
        default: return
        }
        if let next = current, ["*", "+", "?", "{"].contains(next) {
            throw fault("one repetition stands behind another; there are no lazy or possessive ones")
        }
    }

    private mutating func digits() throws(SelectorError) {
        let start = position
        while let scalar = current, ("0"..."9").contains(scalar) {
            output.unicodeScalars.append(scalar)
            position += 1
        }
        if position == start { throw fault("a number was expected, as in {2}, {2,} or {2,4}") }
    }

    // MARK: Classes

    private mutating func expressionClass() throws(SelectorError) {
        position += 1
        output += "["
        if take("^") { output += "^" }
        if take("-") { output += "\\-" } else { try classItem() }
        while let scalar = current, scalar != "]" {
            if scalar == "-" {
                position += 1
                guard current == "]" else { throw fault("'-' stands first or last in a class, or write \\-") }
                output += "\\-"
            } else {
                try classItem()
            }
        }
        guard take("]") else { throw fault("the class is not closed") }
        output += "]"
    }

    /// A character, a range, or `\p{…}`.
    private mutating func classItem() throws(SelectorError) {
        guard try classCharacter() else { return }
        guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else { return }
        position += 1
        output += "-"
        guard current != "-", try classCharacter() else { throw fault("a character must end the range") }
    }

    /// False when it was `\p{…}`, which begins no range.
    private mutating func classCharacter() throws(SelectorError) -> Bool {
        switch current {
        case nil, "]", "[", "-": throw fault("a character was expected; write \\[ \\] \\- for these")
        case "\\": return try escape(inClass: true)
        case let scalar?:
            position += 1
            write(scalar)
            return true
        }
    }

    /// - Returns: true for a single character.
    @discardableResult
    private mutating func escape(inClass: Bool) throws(SelectorError) -> Bool {
        let start = position
        position += 1
        guard let scalar = current else { throw fault("a character must follow the backslash") }
        position += 1
        switch scalar {
        case "n": write("\n")
        case "r": write("\r")
        case "t": write("\t")
        case "p", "P":
            try category(scalar)
            return false
        case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}": write(scalar)
        default:
            position = start
            throw fault("there is no '\\\(scalar)'" + Self.instead(of: scalar, inClass))
        }
        return true
    }

    private static func instead(of scalar: Unicode.Scalar, _ inClass: Bool) -> String {
        let replacement: String
        switch scalar {
        case "d": replacement = "0-9"
        case "w": replacement = "a-zA-Z0-9_"
        case "s": replacement = " \\t\\n\\r"
        case "$": return "; write [$]"
        default: return ""
        }
        return "; write " + (inClass ? replacement : "[\(replacement)]")
    }

    private static let categories: [Unicode.Scalar: String] = [
        "L": "lmotu", "M": "cen", "N": "dlo", "P": "cdefios", "Z": "lps", "S": "ckmo", "C": "cfno",
    ]

    private mutating func category(_ letter: Unicode.Scalar) throws(SelectorError) {
        guard take("{"), let major = current, let minors = Self.categories[major] else {
            throw fault("a Unicode category was expected, as in \\p{L} or \\p{Lu}")
        }
        position += 1
        output += "\\\(letter){\(major)"
        if let minor = current, minors.unicodeScalars.contains(minor) {
            position += 1
            output.unicodeScalars.append(minor)
        }
        guard take("}") else { throw fault("a Unicode category was expected, as in \\p{L} or \\p{Lu}") }
        output += "}"
    }

    /// As itself where PCRE2 cannot mean anything else by it, otherwise by number.
    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": output.unicodeScalars.append(scalar)
        case let scalar where scalar.value >= 0xA0: output.unicodeScalars.append(scalar)
        default: output += "\\x{" + String(scalar.value, radix: 16) + "}"
        }
    }
}
