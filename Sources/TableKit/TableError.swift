internal import CSQLite
internal import PostgresKit
public import SluiceSDK

/// Why a statement on a table failed. Holds no value of a row.
public struct TableError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// Gone or not there: connect again.
        case connection
        /// The user or the password is not taken.
        case login
        /// It may go through later as it is.
        case passing
        /// A privilege is missing.
        case denied
        /// A table or column is not there, or of another type.
        case shape
        /// This value is not taken: a constraint, a type.
        case value
        case other
    }

    public var kind: Kind
    /// `refused`, `login`, `denied`, …: what stands behind the plugin's name in a code.
    public var label: String
    public var reason: String

    public init(_ kind: Kind, _ label: String, _ reason: String) {
        (self.kind, self.label, self.reason) = (kind, label, reason)
    }

    public var description: String { "[\(label)] \(reason)" }

    init(_ error: PostgresError) {
        let label = String(error.code.split(separator: ".").last ?? "failed")
        let kind: Kind =
            switch error.code {
            case "postgres.login", "postgres.no-database", "postgres.tls": .login
            case _ where error.isConnectionLost: .connection
            case _ where error.isTransient: .passing
            case "postgres.denied": .denied
            case "postgres.constraint", "postgres.data": .value
            case "postgres.sql": .shape
            default: .other
            }
        self.init(kind, label, error.reason)
    }

    init(sqlite code: Int32, _ message: String) {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(.passing, "busy", "the file is locked by somebody else: \(message)")
        case SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_PROTOCOL:
            self.init(.connection, "refused", message)
        case SQLITE_FULL: self.init(.passing, "full", message)
        case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: self.init(.denied, "denied", message)
        case SQLITE_CONSTRAINT: self.init(.value, "constraint", message)
        case SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE: self.init(.value, "data", message)
        case SQLITE_INTERRUPT: self.init(.passing, "timeout", "the statement took too long")
        case SQLITE_ERROR, SQLITE_SCHEMA: self.init(.shape, "sql", message)
        default: self.init(.other, "failed", message)
        }
    }
}

extension PluginError {
    /// What a channel or handler does about it, and what a person does.
    public init(_ error: TableError, address: TableAddress) {
        let code = "exchange-table." + error.label
        switch error.kind {
        case .connection, .passing, .other:
            self.init(.notConnected, code, "\(address): \(error.reason)")
        case .login:
            // A server may lock an account after a few wrong passwords: slowly.
            self.init(
                .retry(after: .seconds(60)), code,
                "\(address) does not let us in: \(error.reason); correct 'url', 'password' or 'tls', or the server's "
                    + "pg_hba.conf")
        case .denied:
            self.init(
                .misconfigured, code,
                "\(address): \(error.reason); grant what the plugin's README names, then start the channel again")
        case .shape:
            self.init(
                .misconfigured, code,
                "\(address): \(error.reason); correct the names in the configuration, or the table")
        case .value: self.init(.rejected, code, "\(address): \(error.reason)")
        }
    }
}
