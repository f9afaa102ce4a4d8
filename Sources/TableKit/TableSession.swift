public import SluiceSDK

/// A database while it is lent, on the thread that is its own: what PostgreSQL and SQLite have in common.
public protocol TableSession: AnyObject {
    /// `$1` or `?1`.
    func parameter(_ number: Int) -> String

    /// - Parameters:
    ///   - columns: told once, before the first row, and also when there is none.
    ///   - row: false ends the statement.
    /// - Throws: `TableError`, `CancellationError`, what the closures throw.
    func select(
        _ sql: String, _ values: [TableValue], columns: ([TableColumn]) throws -> Void,
        row: (any TableRow) throws -> Bool) throws

    /// - Returns: how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ values: [TableValue]) throws -> Int

    func begin(_ kind: TableTransaction) throws
    func commit() throws
    /// Nothing when none is open; nothing is thrown, for it follows on an error.
    func rollBack()
    /// True keeps a transaction open between two pieces of work.
    var keepsTransaction: Bool { get set }
}

public enum TableTransaction: Sendable {
    case reading, writing
}

extension TableSession {
    /// Commits what `body` does, or nothing of it.
    public func transaction<Value>(_ kind: TableTransaction, _ body: () throws -> Value) throws -> Value {
        try begin(kind)
        do {
            let value = try body()
            try commit()
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// The values of one column; a short list.
    public func texts(_ sql: String, _ values: [TableValue] = []) throws -> [String] {
        var found: [String] = []
        try select(sql, values, columns: { _ in }) { row in
            found.append(row.value(0).text ?? "")
            return true
        }
        return found
    }
}

/// A column of what a statement gives. `type` is the database's own word for it.
public struct TableColumn: Sendable, Equatable {
    public var name: String
    public var type: String
}

/// A row while it is read.
public protocol TableRow {
    func value(_ column: Int) -> TableValue
    /// The value as JSON.
    func write(_ column: Int, to writer: inout JSONWriter)
}

/// A value for a statement, or one that comes back exactly as it was when it is given to a statement again.
public enum TableValue: Sendable, Equatable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    /// What stands in a configuration: plain digits are a number, everything else is text.
    public init(_ value: ConfigValue) {
        guard case .scalar(let text, let isPlain) = value.content else { self = .null; return }
        self = isPlain ? Int64(text).map(TableValue.integer) ?? .text(text) : .text(text)
    }

    public var text: String? {
        switch self {
        case .null: nil
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): text
        case .bytes(let bytes): "\\x" + Hex.encode(bytes)
        }
    }
}
