internal import PostgresKit
internal import SluiceSDK

/// Every value travels as text: what a row gave as text is the same value when it is given back.
final class PostgresTableSession: TableSession {
    private let session: PostgresSession

    init(_ session: PostgresSession) { self.session = session }

    func parameter(_ number: Int) -> String { "$\(number)" }

    var keepsTransaction: Bool {
        get { session.keepsTransaction }
        set { session.keepsTransaction = newValue }
    }

    func select(
        _ sql: String, _ values: [TableValue], columns: ([TableColumn]) throws -> Void,
        row: (any TableRow) throws -> Bool
    ) throws {
        var isTold = false
        func tell(_ result: PostgresResult) throws {
            guard !isTold else { return }
            isTold = true
            try columns(
                result.columns.indices.map { TableColumn(name: result.columns[$0], type: "\(result.type($0))") })
        }
        let end = try mapped {
            try session.forEachRow(sql, values.map(Self.parameter)) { result in
                try tell(result)
                return try row(PostgresTableRow(result: result))
            }
        }
        if let end { try tell(end) }
    }

    func execute(_ sql: String, _ values: [TableValue]) throws -> Int {
        try mapped { try session.prepared(sql, values.map(Self.parameter)).affected }
    }

    func begin(_ kind: TableTransaction) throws {
        try mapped { try session.script(kind == .reading ? "BEGIN READ ONLY" : "BEGIN") }
    }

    func commit() throws { try mapped { try session.script("COMMIT") } }
    func rollBack() { try? session.script("ROLLBACK") }

    private static func parameter(_ value: TableValue) -> PostgresValue {
        if case .bytes(let bytes) = value { return .bytes(bytes) }
        return PostgresValue(value.text)
    }

    private func mapped<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as PostgresError { throw TableError(error) }
    }
}

struct PostgresTableRow: TableRow {
    let result: PostgresResult

    func value(_ column: Int) -> TableValue { result.text(0, column).map(TableValue.text) ?? .null }

    /// By the column's type (`pg_type.oid`).
    func write(_ column: Int, to writer: inout JSONWriter) {
        guard let text = result.text(0, column) else { return writer.null() }
        switch result.type(column) {
        case 16: writer.boolean(text == "t")
        case 20, 21, 23, 26: writer.raw(text.utf8)
        case 700, 701: if JSONNumber.isValid(text) { writer.raw(text.utf8) } else { writer.string(text) }
        // Line breaks in a json value stand between its parts, never inside a string.
        case 114, 3802: writer.raw(text.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
        case 17: writer.string(Base64.encode(Hex.decode(String(text.dropFirst(2))) ?? []))
        case 1114: writer.string(Self.withoutFraction(text))
        case 1184: writer.string(Self.instant(text))
        default: writer.string(text)
        }
    }

    /// `2026-01-05 09:30:00.123` → `2026-01-05 09:30:00`: one pattern fits every row.
    private static func withoutFraction(_ text: String) -> String {
        text.hasSuffix("BC") ? text : text.firstIndex(of: ".").map { String(text[..<$0]) } ?? text
    }

    /// `2026-01-05 01:30:00.123+00` → `2026-01-05T01:30:00.123Z` (RFC 3339); `infinity` stays.
    private static func instant(_ text: String) -> String {
        guard text.hasSuffix("+00"), let space = text.firstIndex(of: " ") else { return text }
        return text[..<space] + "T" + text[text.index(after: space)...].dropLast(3) + "Z"
    }
}
