internal import CPQ

/// Where a PostgreSQL server is and how to connect to it, in libpq's own keywords.
///
/// Printing it shows host, port, database and user, never the password.
public struct PostgresSettings: Sendable, CustomStringConvertible {
    /// `sslmode` and the files that go with it; PEM. libpq refuses a key that others may read.
    public struct TLS: Sendable {
        public enum Mode: String, Sendable, CaseIterable {
            /// TLS where the server has it; protects from nobody who stands between.
            case prefer
            case disable
            case require
            /// The server's certificate is checked against the authority.
            case verifyCA = "verify-ca"
            /// And its name against the host.
            case verifyFull = "verify-full"
        }

        public var mode: Mode
        public var authority: String?
        public var certificate: String?
        public var key: String?

        public init(_ mode: Mode, authority: String? = nil, certificate: String? = nil, key: String? = nil) {
            (self.mode, self.authority, self.certificate, self.key) = (mode, authority, certificate, key)
        }
    }

    /// libpq's keywords: `host`, `port`, `dbname`, `user`, …
    public private(set) var parameters: [String: String]
    public var password: String?
    public var tls: TLS?
    /// For the connection to come about, the look-up of the name included.
    public var connectTimeout: Duration = .seconds(10)
    /// After so long the server gives a statement up (`statement_timeout`); a server that has fallen silent is given up
    /// a little later.
    public var statementTimeout: Duration = .seconds(30)
    /// How much longer its answer may take, and its answer to our asking it to end a statement.
    public var patience: Duration = .seconds(10)
    /// How long the server lets a transaction of ours stand idle before it ends the connection.
    public var idleInTransactionTimeout: Duration = .seconds(60)
    /// What the server shows in `pg_stat_activity`.
    public var applicationName = "sluice"

    public init(host: String, port: Int = 5432, database: String, user: String, password: String? = nil) {
        parameters = ["host": host, "port": "\(port)", "dbname": database, "user": user]
        self.password = password
    }

    /// - Parameter url: `postgres://user@host:5432/database?sslmode=verify-full`, as libpq reads it.
    /// - Throws: `PostgresError` of the code `postgres.url`, without the URL.
    public init(url: String) throws(PostgresError) {
        guard ["postgres://", "postgresql://"].contains(where: url.hasPrefix) else {
            throw PostgresError("postgres.url", "this is no postgres:// URL; write postgres://user@host:5432/database")
        }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            // libpq's message quotes the URL, and with it perhaps a password.
            PQfreemem(message)
            throw PostgresError(
                "postgres.url", "libpq cannot read this URL; write postgres://user@host:5432/database")
        }
        defer { PQconninfoFree(options) }
        parameters = [:]
        var at = options
        while let keyword = at.pointee.keyword {
            if let value = at.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
            at += 1
        }
        password = parameters.removeValue(forKey: "password")
    }

    public var host: String { parameters["host"] ?? parameters["hostaddr"] ?? "" }
    public var port: Int { parameters["port"].flatMap { Int($0) } ?? 5432 }
    public var database: String { parameters["dbname"] ?? user }
    public var user: String { parameters["user"] ?? "" }

    public var description: String { "\(user)@\(host):\(port)/\(database)" }

    /// Everything that libpq is given.
    var all: [String: String] {
        var all = [
            // A server that has gone without a word is noticed, also while nothing is sent.
            "keepalives": "1", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
            "tcp_user_timeout": "30000", "client_encoding": "UTF8", "application_name": applicationName,
        ].merging(parameters) { _, given in given }
        all["password"] = password
        all["client_encoding"] = "UTF8"
        guard let tls else { return all }
        all["sslmode"] = tls.mode.rawValue
        all["sslrootcert"] = tls.authority ?? all["sslrootcert"]
        all["sslcert"] = tls.certificate ?? all["sslcert"]
        all["sslkey"] = tls.key ?? all["sslkey"]
        return all
    }
}
