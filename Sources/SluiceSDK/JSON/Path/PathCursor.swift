/// Reads a JSONPath's text character by character: white space, integers, names and string literals of RFC 9535.
struct PathCursor {
    let scalars: [Unicode.Scalar]
    private(set) var position = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    var isAtEnd: Bool { position == scalars.count }
    var current: Unicode.Scalar? { isAtEnd ? nil : scalars[position] }

    func starts(with text: String) -> Bool {
        scalars[position...].starts(with: text.unicodeScalars)
    }

    mutating func advance(_ count: Int = 1) { position += count }

    mutating func take(_ text: String) -> Bool {
        guard starts(with: text) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    /// RFC 9535 knows space, tab and the two line breaks.
    mutating func skipSpace() {
        while let scalar = current, [" ", "\t", "\n", "\r"].contains(scalar) { position += 1 }
    }

    mutating func move(to earlier: Int) { position = earlier }

    func text(from start: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<position])
        return String(view)
    }

    func error(_ reason: String, at place: Int? = nil) -> SelectorError {
        error(code: "jsonpath.syntax", reason, at: place)
    }

    func error(code: String, _ reason: String, at place: Int? = nil) -> SelectorError {
        let place = place ?? position
        var before = String.UnicodeScalarView()
        before.append(contentsOf: scalars[..<min(place, scalars.count)])
        let offset = String(before).count
        return SelectorError(code, "\(reason), at character \(offset)", offset: offset)
    }

    /// A name as it may stand behind a dot; nil when none is here.
    mutating func shorthand() -> String? {
        guard let first = current, Self.isNameFirst(first) else { return nil }
        let start = position
        while let scalar = current, Self.isNameFirst(scalar) || ("0"..."9").contains(scalar) { position += 1 }
        return text(from: start)
    }

    private static func isNameFirst(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        default: scalar.value >= 0x80
        }
    }
}
