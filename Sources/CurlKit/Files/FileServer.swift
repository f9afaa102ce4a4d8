public import SluiceSDK

/// A folder on an SFTP, FTP or FTPS server, as a channel's configuration names it. Nothing is opened here.
public struct FileServer: Sendable {
    public let address: FileServerAddress
    /// What the server writes file names in.
    public let names: Charset
    let login: FileServerLogin
    let allowed: [CIDR]?
    let tls: CurlTLS
    let requiresTLS: Bool
    let knownHosts: String?

    public static let fields = [
        ConfigField(
            "url", .string, required: true, example: "sftp://files.example.org/out",
            "The folder: `sftp://`, `ftps://` or `ftp://`. Behind `sftp://host/` stands an absolute path, `/~/out` begins "
                + "at home; an FTP path begins where the log-in leads, `//out` at the root. Special characters are "
                + "percent-encoded."),
        ConfigField(
            "tls", .choice(["none", "explicit", "implicit"]), example: "explicit",
            "FTP: `implicit` (TLS from the first byte, port 990; what `ftps://` means), `explicit` (AUTH TLS on the usual "
                + "port, required) or `none` (what `ftp://` means)."),
        FileServerLogin.field,
        ConfigField(
            "known_hosts", .string, example: "keys/known_hosts",
            "sftp, required there: the file with the server's key, as OpenSSH writes it. Relative to the configuration "
                + "file."),
        ConfigField(
            "ca", .string, example: "certificates/platform.pem",
            "A PEM file of the authorities that are trusted instead of the system's."),
        ConfigField(
            "charset_names", .string, default: "utf-8", example: "gbk", "What the server writes file names in."),
        ConfigField(
            "allow", .list(.network), example: "[10.0.0.0/24]",
            "The only addresses it may connect to; left out, every one."),
    ]

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        let place = config.optional("url")?.place ?? config.place
        address = try FileServerAddress(config.string("url"), at: place)
        login = try FileServerLogin(config.object("auth"), scheme: address.scheme)
        allowed = try config.networks("allow")
        tls = CurlTLS(authorities: config.has("ca") ? try config.path("ca") : nil)
        let mode = try config.optionalString("tls")
        requiresTLS = mode == "explicit"
        guard mode == nil || (mode == "implicit") == (address.scheme == .ftps), mode == nil || !address.isSFTP else {
            throw ConfigIssue(
                at: config.optional("tls")?.place ?? place, "files.tls",
                "'tls: \(mode ?? "")' does not go with the url",
                hint: "implicit goes with ftps://, explicit and none with ftp://, sftp:// has none")
        }
        let label = try config.optionalString("charset_names") ?? "utf-8"
        guard let charset = Charset(label) else {
            throw ConfigIssue(
                at: config.optional("charset_names")?.place ?? place, "files.charset", "there is no charset '\(label)'",
                hint: "write utf-8 or gbk")
        }
        names = charset
        knownHosts = config.has("known_hosts") ? try config.path("known_hosts") : nil
        if address.isSFTP, knownHosts == nil {
            throw ConfigIssue(
                at: place, "files.known-hosts", "an sftp server is not trusted without its key",
                hint: "run 'ssh-keyscan \(address.host) > keys/known_hosts', compare the fingerprint "
                    + "('ssh-keygen -lf keys/known_hosts') with what the server's people tell you, and add "
                    + "'known_hosts: keys/known_hosts'")
        }
    }
}

/// Who logs in.
struct FileServerLogin: Sendable {
    var user: String
    var password: String?
    var keyFile: String?
    var passphrase: String?

    static let field = ConfigField(
        "auth",
        .variant(
            tag: "type",
            [
                ConfigVariant(
                    "password", "A user with a password.",
                    ConfigSpec([
                        ConfigField("user", .string, required: true, example: "sluice", "The user."),
                        ConfigField(
                            "password", .secret, required: true, example: "\"${file:platform}\"", "The password."),
                    ])),
                ConfigVariant(
                    "key", "A user with a private key; sftp only.",
                    ConfigSpec([
                        ConfigField("user", .string, required: true, example: "sluice", "The user."),
                        ConfigField(
                            "key", .string, required: true, example: "keys/platform",
                            "The private key's file, Ed25519 or ECDSA, relative to the configuration file."),
                        ConfigField("passphrase", .secret, example: "\"${file:passphrase}\"", "What opens it."),
                    ])),
            ]), required: true, example: "{ type: password, user: sluice, password: \"${file:platform}\" }",
        "Who logs in.")

    init(_ config: Config, scheme: FileServerAddress.Scheme) throws {
        user = try config.string("user")
        guard try config.string("type") == "key" else {
            password = try config.string("password")
            return
        }
        guard scheme == .sftp else {
            throw ConfigIssue(at: config.place, "files.key", "FTP knows no keys", hint: "write 'type: password'")
        }
        keyFile = try config.path("key")
        passphrase = try config.optionalString("passphrase")
    }
}
