internal import CurlKit
internal import SluiceSDK
internal import Synchronization

/// Which mail server, as whom, and how safely.
struct MailServer: Sendable {
    enum Mode: String {
        case imap, pop3
    }

    static let fields = [
        ConfigField(
            "url", .string, required: true, example: "imaps://mail.example.org",
            "`imaps://` or `pop3s://`: TLS from the first byte. `imap://` or `pop3://`: the server turns to TLS before "
                + "anybody logs in (STARTTLS). Host and port, nothing behind them."),
        ConfigField(
            "protocol", .choice(["imap", "pop3"]), example: "imap", "What `url` says already; they must agree."),
        ConfigField("user", .string, required: true, example: "hotline@city.example", "The name to log in with."),
        ConfigField("password", .secret, required: true, example: "${file:mailbox}", "Its password."),
        ConfigField(
            "tls", .choice(["required", "none", "none-on-trusted-network"]), default: "required", example: "none",
            "`none` speaks in the clear with a server on this machine, and with no other; "
                + "`none-on-trusted-network` with any: passwords and letters can be read on the way."),
        ConfigField(
            "ca", .string, example: "certificates/mail.pem",
            "A PEM file of the authorities that are trusted instead of the system's."),
        ConfigField(
            "allow", .list(.network), example: "[10.0.0.0/24]",
            "The only addresses it may connect to; left out, every one."),
    ]

    let mode: Mode
    /// `imaps://mail.example.org:993`, without a slash at the end.
    let url: String
    private let user: String
    private let password: String
    private let requiresTLS: Bool
    private let tls: CurlTLS
    private let allowed: [CIDR]?
    private let timeout: Duration
    private let connection = MailConnection()

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, timeout: Duration) throws {
        let place = config.optional("url")?.place ?? config.place
        let address = try MailAddress(config.string("url"), at: place)
        if let wanted = try config.optionalString("protocol"), wanted != address.mode.rawValue {
            throw ConfigIssue(
                at: config.optional("protocol")?.place ?? place, "mailbox.protocol",
                "'protocol' says \(wanted) and 'url' says \(address.mode.rawValue)", hint: "remove 'protocol'")
        }
        let tls = try config.optionalString("tls") ?? "required"
        guard tls != "none" || address.isLoopback else {
            throw ConfigIssue(
                at: config.optional("tls")?.place ?? place, "mailbox.plain",
                "'tls: none' is for a server on this machine alone",
                hint: "remove it, or write none-on-trusted-network and answer for the network")
        }
        guard tls == "required" || !address.isEncrypted else {
            throw ConfigIssue(
                at: config.optional("tls")?.place ?? place, "mailbox.plain",
                "'tls: \(tls)' does not go with \(address.scheme)://", hint: "write \(address.mode.rawValue)://")
        }
        (mode, url, requiresTLS) = (address.mode, address.url, tls == "required")
        user = try config.string("user")
        password = try config.string("password")
        self.tls = CurlTLS(authorities: config.has("ca") ? try config.path("ca") : nil)
        allowed = try config.networks("allow")
        self.timeout = timeout
    }

    /// One line to the server.
    /// - Parameters:
    ///   - path: behind the URL, percent-encoded.
    ///   - most: bytes of the answer.
    /// - Throws: `CurlError`, `CancellationError`.
    func perform(
        _ command: String? = nil, path: String = "", wantsBody: Bool = true, endsSession: Bool = false,
        most: Int = 1 << 20
    ) async throws -> CurlResponse {
        var request = CurlRequest(
            "GET", url + "/" + path, timeout: timeout, maxResponseBytes: most, allowed: allowed)
        request.tls = tls
        request.mail = CurlMail(
            user: user, password: password, requiresTLS: requiresTLS, command: command, wantsBody: wantsBody,
            endsSession: endsSession)
        return try await connection.client.perform(request)
    }

    /// Lets the connection go; what is said next opens another.
    func close() { connection.close() }
}

/// One connection, so that what is said in a session stays in it.
private final class MailConnection: Sendable {
    private let state = Mutex<CurlClient?>(nil)

    var client: CurlClient {
        state.withLock { client in
            let open = client ?? CurlClient(connectionsPerHost: 1, connections: 1)
            client = open
            return open
        }
    }

    func close() { state.withLock { $0 = nil } }
}
