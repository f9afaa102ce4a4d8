internal import CPQ
internal import SluiceSDK

/// The rows that a statement gave.
///
/// `@unchecked Sendable`: libpq fills the result before it is handed over, and reading it changes nothing.
public final class PostgresResult: @unchecked Sendable {
    private let result: OpaquePointer
    /// Column names, in order.
    public let columns: [String]

    /// Takes the result over.
    /// - Parameter columns: their names, where another row of the same statement has told them.
    init(_ result: OpaquePointer, columns: [String]?) {
        self.result = result
        // What COPY answers has columns without names.
        self.columns = columns ?? (0..<PQnfields(result)).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
    }

    deinit { PQclear(result) }

    public var count: Int { Int(PQntuples(result)) }

    /// Rows that INSERT, UPDATE, DELETE or COPY changed.
    public var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// The server's number for a column's type (`pg_type.oid`): 17 is bytea.
    public func type(_ column: Int) -> UInt32 { PQftype(result, Int32(column)) }

    public func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

    public func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(result, Int32(row), Int32(column)) == 1 }

    /// The value as it was sent: text, or the type's binary form when binary results were asked for. NULL is empty.
    public func withBytes<Value>(
        _ row: Int, _ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Value
    ) rethrows -> Value {
        let length = Int(PQgetlength(result, Int32(row), Int32(column)))
        guard let start = PQgetvalue(result, Int32(row), Int32(column)) else {
            return try body(UnsafeBufferPointer(start: nil, count: 0))
        }
        return try start.withMemoryRebound(to: UInt8.self, capacity: length) {
            try body(UnsafeBufferPointer(start: $0, count: length))
        }
    }

    /// nil for NULL.
    public func text(_ row: Int, _ column: Int) -> String? {
        isNull(row, column) ? nil : withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number, sent as text or as int2, int4 or int8; nil for NULL and anything else.
    public func integer(_ row: Int, _ column: Int) -> Int64? {
        guard !isNull(row, column) else { return nil }
        guard isBinary(column) else { return text(row, column).flatMap { Int64($0) } }
        return withBytes(row, column) { bytes in
            switch bytes.count {
            case 2: Int64(Int16(truncatingIfNeeded: Self.bigEndian(bytes)))
            case 4: Int64(Int32(truncatingIfNeeded: Self.bigEndian(bytes)))
            case 8: Int64(bitPattern: Self.bigEndian(bytes))
            default: nil
            }
        }
    }

    /// A bytea's bytes; nil for NULL.
    public func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        guard !isNull(row, column) else { return nil }
        if isBinary(column) { return withBytes(row, column) { Array($0) } }
        guard let text = text(row, column), text.hasPrefix("\\x") else { return nil }
        return Hex.decode(String(text.dropFirst(2)))
    }

    private func isBinary(_ column: Int) -> Bool { PQfformat(result, Int32(column)) == 1 }

    private static func bigEndian(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
