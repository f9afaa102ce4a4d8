/// A parameter of a statement. What the server takes it for is said by the statement (`$1::timestamptz`) or by the
/// column that it goes to.
public enum PostgresValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral, ExpressibleByBooleanLiteral
{
    case null
    case text(String)
    case integer(Int64)
    case boolean(Bool)
    /// bytea.
    case bytes([UInt8])
    /// Arrays, for `unnest($1::text[], …)`; nil is NULL.
    case texts([String?])
    case integers([Int64?])
    case manyBytes([[UInt8]?])

    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int64) { self = .integer(number) }
    public init(booleanLiteral flag: Bool) { self = .boolean(flag) }
    public init(nilLiteral: ()) { self = .null }

    public init(_ text: String?) { self = text.map(PostgresValue.text) ?? .null }
    public init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

    var isBinary: Bool {
        switch self {
        case .bytes, .manyBytes: true
        default: false
        }
    }

    /// As libpq wants it: text ends in a zero byte. nil is NULL.
    var encoded: [UInt8]? {
        switch self {
        case .null: nil
        case .text(let text): Array(text.utf8) + [0]
        case .integer(let number): Array("\(number)".utf8) + [0]
        case .boolean(let flag): [UInt8(ascii: flag ? "t" : "f"), 0]
        case .bytes(let bytes): bytes
        case .texts(let items): Self.array(items) { Self.quoted($0) }
        case .integers(let items): Self.array(items) { "\($0)" }
        case .manyBytes(let items): Self.binaryArray(items)
        }
    }

    /// The server's own form of a `bytea[]`: half as long as in hexadecimal digits, and nothing to be parsed.
    private static func binaryArray(_ items: [[UInt8]?]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + items.reduce(0) { $0 + 4 + ($1?.count ?? 0) })
        func append(_ number: Int32) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
        // Dimensions (an empty array has none), whether there are NULLs, the type's number; length and lower bound.
        append(items.isEmpty ? 0 : 1)
        append(items.contains { $0 == nil } ? 1 : 0)
        append(byteaType)
        if items.isEmpty { return bytes }
        append(Int32(items.count))
        append(1)
        for item in items {
            append(item.map { Int32($0.count) } ?? -1)
            if let item { bytes += item }
        }
        return bytes
    }

    /// Of pg_type.
    private static let byteaType: Int32 = 17

    private static func array<Item>(_ items: [Item?], _ write: (Item) -> String) -> [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        for item in items {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += (item.map(write) ?? "NULL").utf8
        }
        return bytes + [UInt8(ascii: "}"), 0]
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { out += "\\" }
            out.unicodeScalars.append(scalar)
        }
        return out + "\""
    }
}
