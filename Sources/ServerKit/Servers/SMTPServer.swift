internal import Foundation

/// An SMTP server (aiosmtpd) that puts every letter into a Maildir, with a line `X-Envelope: sender recipient` above it.
///
/// Recipients whose name begins with `refused` get 550, with `busy` 451.
public final class SMTPServer: Sendable {
    public enum TLS: Sendable {
        case none, startTLS, implicit
    }

    /// Who may send, where somebody has to log in.
    public struct Account: Sendable {
        public var user: String
        public var password: String

        public init(user: String, password: String) { (self.user, self.password) = (user, password) }
    }

    public static let program = ServerProgram("aiosmtpd", package: "python3-aiosmtpd")
    public static let user = "hotline"
    public static let password = "secret"

    public let server: RealServer
    public let maildir: String
    private let tls: TLS

    /// The authority to trust, where there is TLS; PEM.
    public let authority: String
    public var url: String { (tls == .implicit ? "smtps" : "smtp") + "://127.0.0.1:\(server.port)" }

    /// - Parameters:
    ///   - maildir: where letters go; a folder of its own when left out.
    ///   - wantsLogin: refuses who has not logged in; needs `startTLS`.
    ///   - account: who logs in.
    public init(
        _ tls: TLS = .none, maildir: String? = nil, wantsLogin: Bool = false,
        account: Account = Account(user: SMTPServer.user, password: SMTPServer.password)
    ) async throws {
        let folder = TemporaryFolder()
        let maildir = maildir ?? folder("mail")
        self.tls = tls
        self.maildir = maildir
        for sub in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(atPath: maildir + "/" + sub, withIntermediateDirectories: true)
        }
        let certificates = tls == .none ? nil : try TestCertificates.shared()
        authority = certificates?.authority ?? ""
        let pair = certificates?.server
        try writeFile(Array(Self.handler.utf8), folder("sluice_smtp.py"))
        // Nobody else reads a process's environment, unlike its arguments.
        let environment = [
            "PYTHONPATH": folder.path, "PYTHONDONTWRITEBYTECODE": "1", "SMTP_USER": account.user,
            "SMTP_PASSWORD": account.password,
        ]
        let greeting = tls == .implicit ? nil : "220"
        server = try await RealServer.start(
            Self.program, folder: folder, environment: environment, greeting: greeting
        ) { place in
            var arguments = ["-n", "-l", "127.0.0.1:\(place.port)", "-c", "sluice_smtp.Delivery"]
            if let pair {
                let kind = tls == .implicit ? "smtps" : "tls"
                arguments += ["--\(kind)cert", pair.certificate, "--\(kind)key", pair.key]
            }
            return arguments + [maildir, wantsLogin ? "login" : "open"]
        }
    }

    /// The letters that came in, in their order.
    public var letters: [String] {
        names(in: maildir + "/new").compactMap { name in
            (try? readFile(maildir + "/new/" + name)).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static let handler = """
        from base64 import b64decode
        from itertools import count
        from os import environ, path, rename
        from aiosmtpd import smtp

        # A look-up of our own name takes seconds where there is no network, for every connection.
        smtp.socket.getfqdn = lambda *name: "localhost"

        class Delivery:
            def __init__(self, maildir, login):
                self.maildir, self.login, self.numbers = maildir, login == "login", count(1)

            @classmethod
            def from_cli(cls, parser, *args):
                return cls(*args)

            async def auth_PLAIN(self, server, args):
                words = args[1] if len(args) > 1 else None
                if words is None:
                    blob = await server.challenge_auth("")
                else:
                    blob = b64decode(words)
                _, user, password = blob.split(b"\\0")
                ok = user == environ["SMTP_USER"].encode() and password == environ["SMTP_PASSWORD"].encode()
                return smtp.AuthResult(success=ok, handled=False, auth_data=user if ok else None)

            async def handle_MAIL(self, server, session, envelope, address, options):
                if self.login and not session.authenticated:
                    return "530 5.7.0 Authentication required"
                envelope.mail_from = address
                return "250 2.1.0 Ok"

            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("refused"):
                    return "550 5.1.1 No such user"
                if address.startswith("busy"):
                    return "451 4.3.0 Later"
                envelope.rcpt_tos.append(address)
                return "250 2.1.5 Ok"

            async def handle_DATA(self, server, session, envelope):
                name = "%09d.smtp" % next(self.numbers)
                written = path.join(self.maildir, "tmp", name)
                with open(written, "wb") as file:
                    line = "X-Envelope: %s %s\\r\\n" % (envelope.mail_from, ",".join(envelope.rcpt_tos))
                    file.write(line.encode() + envelope.content)
                rename(written, path.join(self.maildir, "new", name))
                return "250 2.0.0 Ok: " + name

        """
}
