internal import PostgresKit
public import SluiceSDK

/// Which database a plugin's tables lie in: the keys that every `exchange-table` has.
public struct TableAddress: Sendable, CustomStringConvertible {
    enum Place: Sendable {
        case postgres(PostgresSettings)
        case sqlite(path: String, timeout: Duration)
    }

    public static let fields: [ConfigField] = [
        ConfigField(
            "url", .string, required: true, example: "postgres://sluice@10.0.0.5:5432/front",
            "`postgres://user@host:port/database`, or `sqlite:` and the path of a file that is there; a relative path "
                + "starts in the configuration folder."),
        ConfigField("password", .secret, example: "${file:front}", "PostgreSQL: the user's password; never in `url`."),
        ConfigField(
            "tls", .object(tlsSpec), example: "{ mode: verify-full, ca: certificates/front.pem }",
            "PostgreSQL: how the connection is encrypted. When left out, TLS where the server has it, unchecked."),
        ConfigField(
            "statement_timeout", .duration, default: "30s",
            "After so long a statement is given up, by the server too."),
    ]

    private static let tlsSpec = ConfigSpec([
        ConfigField(
            "mode", .choice(PostgresSettings.TLS.Mode.allCases.map(\.rawValue)), default: "verify-full",
            "`verify-full` checks the server's certificate and its name; the others are libpq's."),
        ConfigField("ca", .string, example: "certificates/front.pem", "The authority that signed the server's, PEM."),
        ConfigField("certificate", .string, example: "certificates/sluice.pem", "Our own certificate, PEM."),
        ConfigField("key", .string, example: "certificates/sluice.key", "Its key; readable by its owner alone."),
    ])

    let place: Place
    /// For a line of a log: host and database, or the file.
    public let description: String

    public var isPostgres: Bool { if case .postgres = place { true } else { false } }

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        let url = try config.string("url")
        let at = config.optional("url")?.place ?? config.place
        let timeout = try config.optionalDuration("statement_timeout") ?? .seconds(30)
        if url.hasPrefix("sqlite:") {
            let path = String(url.dropFirst(7))
            guard !path.isEmpty, !path.hasPrefix("//") else {
                throw ConfigIssue(at: at, "table.url", "'url' names no file", hint: "write 'url: sqlite:/srv/front.db'")
            }
            for key in ["password", "tls"] where config.has(key) {
                throw ConfigIssue(
                    at: config.optional(key)?.place ?? at, "table.url", "a SQLite file has no '\(key)'",
                    hint: "remove it")
            }
            let absolute = path.hasPrefix("/") ? path : config.baseFolder + "/" + path
            place = .sqlite(path: absolute, timeout: timeout)
            description = absolute
            return
        }
        var settings = try Self.settings(url, at: at)
        settings.password = try config.optionalString("password")
        settings.statementTimeout = timeout
        settings.tls = try config.optionalObject("tls").map(Self.tls)
        description = settings.description
        place = .postgres(settings)
    }

    private static func settings(_ url: String, at place: ConfigPlace) throws -> PostgresSettings {
        do throws(PostgresError) {
            let settings = try PostgresSettings(url: url)
            guard settings.password == nil else {
                throw PostgresError("table.password", "a password stands in 'url'; write it as 'password: ${file:…}'")
            }
            guard !settings.host.isEmpty, !settings.user.isEmpty, settings.parameters["dbname"] != nil else {
                throw PostgresError("table.url", "'url' needs a user, a host and a database")
            }
            return settings
        } catch {
            throw ConfigIssue(
                at: place, error.code == "table.password" ? "table.password" : "table.url", error.reason,
                hint: "write postgres://user@host:5432/database, or sqlite:/path")
        }
    }

    private static func tls(_ config: Config) throws -> PostgresSettings.TLS {
        func path(_ key: String) throws -> String? { config.has(key) ? try config.path(key) : nil }
        return PostgresSettings.TLS(
            PostgresSettings.TLS.Mode(rawValue: try config.optionalString("mode") ?? "verify-full") ?? .verifyFull,
            authority: try path("ca"), certificate: try path("certificate"), key: try path("key"))
    }
}
