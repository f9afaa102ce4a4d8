/// One value of a document. It keeps the document alive.
public struct JSONElement: Sendable {
    public let document: JSONDocument
    let index: Int

    public var kind: JSONKind {
        switch document.tag(index) {
        case JSONTag.object: .object
        case JSONTag.array: .array
        case JSONTag.string: .string
        case JSONTag.integer, JSONTag.unsigned, JSONTag.double: .number
        case JSONTag.yes, JSONTag.no: .boolean
        default: .null
        }
    }

    public var string: String? {
        document.tag(index) == JSONTag.string ? document.text(index) : nil
    }

    /// A number written without fraction and exponent that fits an Int.
    public var integer: Int? {
        switch document.tag(index) {
        case JSONTag.integer: Int(Int64(bitPattern: document.tape[index + 1]))
        case JSONTag.unsigned: Int(exactly: document.tape[index + 1])
        default: nil
        }
    }

    public var number: Double? {
        switch document.tag(index) {
        case JSONTag.integer: Double(Int64(bitPattern: document.tape[index + 1]))
        case JSONTag.unsigned: Double(document.tape[index + 1])
        case JSONTag.double: Double(bitPattern: document.tape[index + 1])
        default: nil
        }
    }

    /// Whole numbers digit by digit, others in the shortest spelling that reads back the same.
    public var numberText: String? {
        switch document.tag(index) {
        case JSONTag.integer: String(Int64(bitPattern: document.tape[index + 1]))
        case JSONTag.unsigned: String(document.tape[index + 1])
        case JSONTag.double: "\(Double(bitPattern: document.tape[index + 1]))"
        default: nil
        }
    }

    public var boolean: Bool? {
        switch document.tag(index) {
        case JSONTag.yes: true
        case JSONTag.no: false
        default: nil
        }
    }

    public var isNull: Bool { document.tag(index) == JSONTag.null }

    /// The first member of this name; nil when there is none or this is no object.
    public subscript(_ key: String) -> JSONElement? {
        var key = key
        return key.withUTF8 { document.member($0, of: index) }.map { JSONElement(document: document, index: $0) }
    }

    /// The element at this position, from 0; nil when there is none or this is no array.
    public subscript(_ position: Int) -> JSONElement? {
        guard position >= 0, document.tag(index) == JSONTag.array else { return nil }
        let end = document.close(index)
        var at = index + 1
        for _ in 0..<position where at < end { at = document.next(at) }
        return at < end ? JSONElement(document: document, index: at) : nil
    }
}
