internal import Foundation

/// Dovecot with IMAP and POP3, in the clear and over TLS, for one user with a Maildir. Runs as root or as whoever
/// starts it.
public final class Dovecot: Sendable {
    public static let program = ServerProgram("dovecot", package: "dovecot-imapd dovecot-pop3d")
    public static let user = "hotline"
    public static let password = "secret"

    public let server: RealServer
    /// The user's Maildir; sub-folders are Maildirs of their own: `.Archive`.
    public let maildir: String
    private let delivered = Counter()

    /// The authority to trust, PEM.
    public let authority: String
    public var imap: String { "imap://127.0.0.1:\(server.place.ports[0])" }
    public var imaps: String { "imaps://127.0.0.1:\(server.place.ports[1])" }
    public var pop3: String { "pop3://127.0.0.1:\(server.place.ports[2])" }
    public var pop3s: String { "pop3s://127.0.0.1:\(server.place.ports[3])" }

    /// - Parameters:
    ///   - maildir: another folder to serve, with `new`, `cur` and `tmp`.
    ///   - takesAnyone: whoever comes with whatever password has a Maildir of his own, `mail(of:)`.
    ///   - offersTLS: false for a server that has none; what `imaps` and `pop3s` lead to then speaks in the clear.
    ///   - options: further lines for dovecot.conf.
    public init(
        maildir: String? = nil, takesAnyone: Bool = false, offersTLS: Bool = true, _ options: [String] = []
    ) async throws {
        let folder = TemporaryFolder()
        let maildir = maildir ?? folder("mail")
        let (authority, pair) = try TestCertificates.shared()
        (self.authority, self.maildir) = (authority, maildir)
        for sub in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(atPath: maildir + "/" + sub, withIntermediateDirectories: true)
        }
        try writeFile(Array("\(Self.user):{PLAIN}\(Self.password)\n".utf8), folder("users"))
        // As root, Dovecot wants other users for what speaks to the network and for mail.
        let owner = getuid() == 0 ? getpwnam("nobody").map { ($0.pointee.pw_uid, $0.pointee.pw_gid) } : nil
        if let owner {
            try setMode(0o755, of: folder.path)
            for sub in ["", "/new", "/cur", "/tmp"] { chown(maildir + sub, owner.0, owner.1) }
        }
        server = try await RealServer.start(Self.program, ports: 4, folder: folder) { place in
            let own = owner ?? (getuid(), getgid())
            let users = takesAnyone ? Self.anyone(maildir, own) : Self.oneUser(place, maildir, own)
            let lines =
                Self.general(place, pair, own, maildir, offersTLS) + users + Self.services(place.ports, offersTLS)
                + options
            try writeFile(Array((lines.joined(separator: "\n") + "\n").utf8), place("dovecot.conf"))
            return ["-F", "-c", place("dovecot.conf")]
        }
    }

    /// Puts a message into the inbox as a mail server does: written beside, then renamed.
    public func deliver(_ message: [UInt8]) throws {
        let name = "\(1_000_000 + delivered.next()).test"
        try writeFile(message, maildir + "/tmp/" + name)
        try move(maildir + "/tmp/" + name, to: maildir + "/new/" + name)
    }

    /// Where `takesAnyone`: the Maildir of a user's folder, made when it is not there.
    /// - Parameter folder: INBOX is the Maildir itself.
    /// - Throws: `ServerFailed` for names that a file cannot have.
    public func mail(of user: String, folder: String = "INBOX") throws -> String {
        let path = maildir + "/" + user + (folder == "INBOX" ? "" : "/.\(folder)")
        guard !(user + folder).contains("/"), !user.hasPrefix(".") else {
            throw ServerFailed(program: Self.program, reason: "has no place for \(user) \(folder)", log: "")
        }
        let owner = getuid() == 0 ? getpwnam("nobody").map { ($0.pointee.pw_uid, $0.pointee.pw_gid) } : nil
        for sub in ["/new", "/cur", "/tmp"] {
            try FileManager.default.createDirectory(atPath: path + sub, withIntermediateDirectories: true)
        }
        if let owner {
            for path in [maildir + "/" + user, path] + ["/new", "/cur", "/tmp"].map({ path + $0 }) {
                chown(path, owner.0, owner.1)
            }
        }
        return path
    }

    /// Flags of the inbox's messages that were seen by the server, in the order of delivery: `["S", ""]`.
    public func flags() -> [String] {
        names(in: maildir + "/cur").map { name in name.split(separator: ":2,").dropFirst().first.map(String.init) ?? ""
        }
    }

    /// What the server itself wrote to its log.
    public var log: String {
        (try? readFile(server.place("dovecot.log"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func general(
        _ place: RealServer.Place, _ pair: TestCertificates.Pair, _ owner: (uid_t, gid_t), _ maildir: String,
        _ offersTLS: Bool
    ) -> [String] {
        let user = getuid() == 0 ? nil : getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
        let group = getgrgid(getgid()).map { String(cString: $0.pointee.gr_name) } ?? "nogroup"
        return [
            "base_dir = \(place("run"))", "state_dir = \(place("run"))", "log_path = \(place("dovecot.log"))",
            "protocols = imap pop3", "listen = 127.0.0.1", "ssl = \(offersTLS ? "yes" : "no")",
            "ssl_cert = <\(pair.certificate)",
            "ssl_key = <\(pair.key)", "disable_plaintext_auth = no", "auth_mechanisms = plain login",
            "first_valid_uid = 0", "mail_fsync = never", "maildir_stat_dirs = yes", "mail_max_userip_connections = 100",
        ]
            + (user.map {
                ["default_login_user = \($0)", "default_internal_user = \($0)", "default_internal_group = \(group)"]
            } ?? [])
    }

    private static func oneUser(
        _ place: RealServer.Place, _ maildir: String, _ owner: (uid_t, gid_t)
    ) -> [String] {
        [
            "mail_location = maildir:\(maildir)",
            "passdb {", "  driver = passwd-file", "  args = \(place("users"))", "}",
            "userdb {", "  driver = static", "  args = uid=\(owner.0) gid=\(owner.1) home=\(maildir)", "}",
        ]
    }

    private static func anyone(_ root: String, _ owner: (uid_t, gid_t)) -> [String] {
        [
            // Names of folders as they are, not in the encoding of IMAP.
            "mail_location = maildir:\(root)/%u:UTF-8", "passdb {", "  driver = static", "  args = nopassword=y", "}",
            "userdb {", "  driver = static", "  args = uid=\(owner.0) gid=\(owner.1) home=\(root)/%u", "}",
        ]
    }

    private static func services(_ ports: [Int], _ offersTLS: Bool) -> [String] {
        let tls = ["    ssl = \(offersTLS ? "yes" : "no")"]
        func login(_ name: String, _ plain: Int, _ encrypted: Int) -> [String] {
            [
                "service \(name)-login {", "  chroot =", "  inet_listener \(name) {", "    port = \(plain)", "  }",
                "  inet_listener \(name)s {", "    port = \(encrypted)",
            ] + tls + ["  }", "}"]
        }
        return login("imap", ports[0], ports[1]) + login("pop3", ports[2], ports[3])
            + ["anvil", "stats"].flatMap { ["service \($0) {", "  chroot =", "}"] }
    }
}
