internal import CPQ

/// Why a connection or a statement failed.
///
/// The server's DETAIL is left out: it quotes rows. So are the values that messages about data quote.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `postgres.url`, `postgres.refused`, `postgres.login`, `postgres.tls`, `postgres.no-database`, `postgres.broken`,
    /// `postgres.closed`, `postgres.timeout`, `postgres.busy` (try again), `postgres.full`, `postgres.denied`,
    /// `postgres.constraint`, `postgres.data`, `postgres.sql`, `postgres.too-large` or `postgres.failed`.
    public var code: String
    /// Five characters, as the server said it; nil where it said nothing.
    public var sqlstate: String?
    /// For ops: no parameter, no row, no password.
    public var reason: String
    /// Which constraint, table and column, where the server names them.
    public var constraint: String?
    public var table: String?
    public var column: String?

    public init(_ code: String, _ reason: String, sqlstate: String? = nil) {
        (self.code, self.reason, self.sqlstate) = (code, reason, sqlstate)
    }

    public var description: String { "[\(code)] \(reason)" + (sqlstate.map { " (SQLSTATE \($0))" } ?? "") }

    /// True when the connection is gone and another has to be opened.
    public var isConnectionLost: Bool {
        [
            "postgres.refused", "postgres.login", "postgres.tls", "postgres.no-database", "postgres.broken",
            "postgres.closed",
        ].contains(code)
    }

    /// True when the same thing may go through later without anybody changing anything.
    public var isTransient: Bool {
        [
            "postgres.refused", "postgres.broken", "postgres.closed", "postgres.timeout", "postgres.busy",
            "postgres.full",
        ]
        .contains(code)
    }

    /// Of a result that is an error.
    init(result: OpaquePointer) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        let sqlstate = field(Field.sqlstate)
        let message = field(Field.primary) ?? String(cString: PQresultErrorMessage(result))
        self.init(
            SQLState.code(of: sqlstate ?? ""), Self.withoutValues(message.trimmed, sqlstate), sqlstate: sqlstate)
        (constraint, table, column) = (field(Field.constraint), field(Field.table), field(Field.column))
    }

    /// PG_DIAG_*, which are characters in C.
    private enum Field {
        static let sqlstate = Int32(UInt8(ascii: "C"))
        static let primary = Int32(UInt8(ascii: "M"))
        static let table = Int32(UInt8(ascii: "t"))
        static let column = Int32(UInt8(ascii: "c"))
        static let constraint = Int32(UInt8(ascii: "n"))
    }

    /// Of a connection that did not come about. `message` was made with libpq's verbose setting, so that the server's
    /// code stands in it: `FATAL:  28P01: password authentication failed for user "u"`.
    init(connecting message: String, password: String?) {
        var text = message
        if let password, password.count > 2 { text = text.replacing(password, with: "<redacted>") }
        var sqlstate: String?
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }.map { line -> String in
            guard let found = Self.state(in: line) else { return String(line) }
            sqlstate = String(found.state)
            return String(found.before + found.after)
        }
        let reason = lines.joined(separator: "; ").trimmed
        let isTLS = ["SSL", "certificate", "private key"].contains(where: reason.contains)
        let code = sqlstate.map(SQLState.code) ?? (isTLS ? "postgres.tls" : "postgres.refused")
        self.init(code, reason, sqlstate: sqlstate)
    }

    /// The code behind a severity, `FATAL:  28P01: `, and the line without it.
    private static func state(in line: Substring) -> (before: Substring, state: Substring, after: Substring)? {
        guard let severity = line.firstRange(of: ":  ") else { return nil }
        let rest = line[severity.upperBound...]
        let state = rest.prefix(5)
        guard state.utf8.count == 5, state.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) }),
            rest.dropFirst(5).hasPrefix(": ")
        else { return nil }
        return (line[..<severity.upperBound], state, rest.dropFirst(7))
    }

    /// Messages about data end in the value: `invalid input syntax for type integer: "…"`.
    private static func withoutValues(_ message: String, _ sqlstate: String?) -> String {
        guard sqlstate?.hasPrefix("22") == true, let start = message.firstRange(of: ": \"") else { return message }
        return message[..<start.lowerBound] + ": …"
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return String(text)
    }
}
