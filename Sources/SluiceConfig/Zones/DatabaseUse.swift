internal import SluiceSDK

/// A PostgreSQL database that batches travel through, or that has the quarantine's record. Paths of files are relative to the configuration folder and
/// already joined to it.
public struct DatabaseUse: Sendable, Equatable, CustomStringConvertible {
    /// A name, an address, or the folder of a Unix socket.
    public var host: String
    public var port: Int
    public var database: String
    /// nil stands for `sluice_<zone>`.
    public var role: String?
    /// A secret, never print it.
    public var password: String?
    public var schema: String
    public var tls: TLS?

    public struct TLS: Sendable, Equatable {
        /// What the server's certificate is checked against, its name included.
        public var authority: String
        /// This zone's own.
        public var certificate: String?
        public var key: String?
    }

    /// Nothing leaves the machine on the way to it.
    public var isLocal: Bool {
        host.hasPrefix("/") || host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    public var description: String { "\(host):\(port)/\(database)" }
}

extension DatabaseUse {
    static let spec = spec("boundary", role: "sluice_external", schema: "sluice")
    /// The same keys for the quarantine's record.
    static let recordSpec = spec("quarantine", role: "sluice_relay", schema: "sluice_quarantine")

    private static func spec(_ name: String, role: String, schema: String) -> ConfigSpec {
        ConfigSpec([
            ConfigField(
                "url", .string, required: true, example: "postgres://db.example:5432/sluice",
                "Server, port and database; the folder of a Unix socket stands percent-encoded in the host's place. No user, password or options."
            ),
            ConfigField(
                "role", .string, example: role,
                "Whom this zone logs in as; `sluice_` and the zone's name when left out."),
            ConfigField(
                "password", .secret, example: "${file:\(name)}",
                "Left out where a certificate or the socket says who it is."),
            ConfigField(
                "schema", .string, default: schema, "Where `sluice boundary install` made the tables."),
            ConfigField(
                "tls",
                .object(
                    ConfigSpec([
                        ConfigField(
                            "ca", .string, required: true, example: "certificates/database-ca.pem",
                            "PEM file of the authority that the server's certificate comes from."),
                        ConfigField(
                            "certificate", .string, example: "certificates/\(name).pem",
                            "PEM file of this zone's own certificate, by which the server knows the role."),
                        ConfigField(
                            "key", .string, example: "certificates/\(name).key",
                            "PEM file of its private key, 0600, without a pass phrase."),
                    ])), example: "{ ca: certificates/database-ca.pem }",
                "The connection is encrypted, and the server's certificate and name are checked. Needed for every server that is not on this machine."
            ),
        ])
    }

    /// - Parameter report: gets what is wrong beyond the types, and where.
    init(_ config: Config, report: (ConfigPlace, String, String) -> Void) throws {
        let url = try config.required("url")
        let address = Self.address(url.text ?? "")
        if address == nil {
            report(
                url.place, "'url' is not postgres://host:port/database",
                "leave user, password and options out of it: 'role', 'password' and 'tls' are keys of their own")
        }
        self.init(
            host: address?.host ?? "localhost", port: address?.port ?? 5432, database: address?.database ?? "",
            role: try config.optionalString("role"), password: try config.optionalString("password"),
            schema: try config.string("schema"), tls: try config.optionalObject("tls").map(TLS.init))
        for (key, name) in [("role", role), ("schema", schema)] {
            guard let name, !Self.isName(name) else { continue }
            report(
                (config.optional(key) ?? url).place, "'\(key)' is not a name for the database",
                "write up to 48 of a-z, 0-9 and _, and no digit first")
        }
        if !isLocal, tls == nil {
            report(
                url.place, "'url' names another machine and there is no 'tls'",
                "add tls: { ca: … } with the authority of the server's certificate")
        }
        if let tls, (tls.certificate == nil) != (tls.key == nil) {
            report(url.place, "'tls' has a certificate without its key, or the other way round", "write both or none")
        }
    }

    private static func isName(_ name: String) -> Bool {
        (1...48).contains(name.utf8.count) && name.first?.isNumber == false
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    private static func address(_ url: String) -> (host: String, port: Int, database: String)? {
        guard let scheme = ["postgres://", "postgresql://"].first(where: url.hasPrefix) else { return nil }
        let parts = url.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, !parts[0].isEmpty, !url.contains("@"), !url.contains("?") else {
            return nil
        }
        var host = parts[0]
        var port = 5432
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let number = Int(host[host.index(after: colon)...]), (1...65535).contains(number) else { return nil }
            (host, port) = (host[..<colon], number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let name = String(host).replacing("%2F", with: "/").replacing("%2f", with: "/")
        return name.isEmpty || name.contains("%") ? nil : (name, port, String(parts[1]))
    }
}

extension DatabaseUse.TLS {
    init(_ config: Config) throws {
        self.init(
            authority: try config.path("ca"),
            certificate: config.has("certificate") ? try config.path("certificate") : nil,
            key: config.has("key") ? try config.path("key") : nil)
    }
}
