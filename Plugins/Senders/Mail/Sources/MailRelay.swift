internal import CurlKit
internal import SluiceSDK

/// The mail server that takes our letters.
struct MailRelay: Sendable {
    static let fields = [
        ConfigField(
            "url", .string, required: true, example: "smtp://mail.example.org:587",
            "`smtps://`: TLS from the first byte. `smtp://`: the server turns to TLS before anything is said "
                + "(STARTTLS). Host and port, nothing behind them."),
        ConfigField(
            "user", .string, example: "hotline@city.example", "The name to log in with, where the server wants one."),
        ConfigField("password", .secret, example: "${file:mail}", "Its password."),
        ConfigField(
            "tls", .choice(["required", "none", "none-on-trusted-network"]), default: "required", example: "none",
            "`none` speaks in the clear with a server on this machine, and with no other; "
                + "`none-on-trusted-network` with any."),
        ConfigField(
            "ca", .string, example: "certificates/mail.pem",
            "A PEM file of the authorities that are trusted instead of the system's."),
        ConfigField(
            "allow", .list(.network), example: "[10.0.0.0/24]",
            "The only addresses it may connect to; left out, every one."),
        ConfigField("timeout", .duration, default: "60s", "For one letter."),
    ]

    private let url: String
    private let user: String?
    private let password: String?
    private let requiresTLS: Bool
    private let tls: CurlTLS
    private let allowed: [CIDR]?
    private let timeout: Duration

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        url = try Self.checked(config)
        requiresTLS = try config.optionalString("tls") ?? "required" == "required"
        user = try config.optionalString("user")
        password = try config.optionalString("password")
        guard (user == nil) == (password == nil) else {
            throw ConfigIssue(
                at: config.place, "mail.login", "'user' and 'password' belong together", hint: "write both or neither")
        }
        tls = CurlTLS(authorities: config.has("ca") ? try config.path("ca") : nil)
        allowed = try config.networks("allow")
        timeout = try config.optionalDuration("timeout") ?? .seconds(60)
    }

    /// - Throws: `PluginError`.
    func send(_ letter: [UInt8], from sender: String, to recipient: String) async throws -> SourceAnswer {
        // Behind the URL stands what we call ourselves: the machine's own name is nobody's business.
        let domain = sender.split(separator: "@").last.map(String.init) ?? "localhost"
        var request = CurlRequest("GET", url + "/" + domain, body: letter, timeout: timeout, allowed: allowed)
        request.tls = tls
        request.mail = CurlMail(
            user: user, password: password, requiresTLS: requiresTLS, sender: sender, recipients: [recipient])
        do {
            let answer = try await CurlClient.shared.perform(request)
            return SourceAnswer(status: answer.status, excerpt: String(answer.lastLine.prefix(500)))
        } catch let error as CurlError {
            throw PluginError(mail: error)
        }
    }

    /// - Throws: `ConfigIssue`.
    private static func checked(_ config: Config) throws -> String {
        let text = try config.string("url")
        let place = config.optional("url")?.place ?? config.place
        guard let scheme = ["smtp", "smtps"].first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
            throw ConfigIssue(
                at: place, "mail.url", "'url' is no mail server's", hint: "write smtps://mail.example.org")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
        let host =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        guard !host.isEmpty,
            authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#@;%{}\\\"<>".utf8.contains($0) })
        else {
            throw ConfigIssue(
                at: place, "mail.url", "behind the host of 'url' stands something that has no place there",
                hint: "write \(scheme)://mail.example.org; the name goes into 'user'")
        }
        let tls = try config.optionalString("tls") ?? "required"
        let isLoopback = host == "localhost" || IPAddress(String(host))?.isLoopback == true
        guard tls != "none" || isLoopback, tls == "required" || scheme == "smtp" else {
            throw ConfigIssue(
                at: config.optional("tls")?.place ?? place, "mail.plain",
                "'tls: \(tls)' is for smtp://, and 'none' for a server on this machine alone",
                hint: "remove it, or write none-on-trusted-network and answer for the network")
        }
        return scheme + "://" + authority
    }
}

extension PluginError {
    fileprivate init(mail error: CurlError) {
        let said = error.status.map { "the mail server says \($0)" } ?? error.reason
        switch (error.code, error.status) {
        case ("curl.login", _):
            self.init(
                .retry(after: .seconds(300)), "mail.login", "the mail server does not take 'user' and 'password'")
        case ("curl.tls", _):
            self.init(.notConnected, "mail.tls", "no TLS that can be trusted: \(error.reason); correct 'url' or 'ca'")
        case (_, .some(500..<600)): self.init(.rejected, "mail.refused", said + ": this letter will never be taken")
        case (_, .some(400..<500)): self.init(.retry(after: .seconds(60)), "mail.busy", said + ": later")
        case ("curl.refused", _), ("curl.dns", _):
            self.init(.notConnected, "mail." + error.code.dropFirst(5), error.reason)
        default: self.init(.retry(after: .zero), "mail." + error.code.dropFirst(5), said)
        }
    }
}
