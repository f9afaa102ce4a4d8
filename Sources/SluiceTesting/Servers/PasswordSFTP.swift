internal import Foundation

/// An sftp server (asyncssh) with a user and a password of its own, which OpenSSH would want root and PAM for.
public final class PasswordSFTP: Sendable {
    public static let program = ServerProgram.python("python3-asyncssh")
    public static let user = "hotline"
    public static let password = "secret"

    public let server: RealServer
    /// The folder that is served as `/`.
    public let files: String
    /// The line that a client must know the server by.
    public let knownHosts: String

    /// `sftp://127.0.0.1:20022`, without a slash at the end.
    public var url: String { "sftp://127.0.0.1:\(server.port)" }

    public init() async throws {
        let folder = TemporaryFolder()
        (files, knownHosts) = (folder("files"), folder("known_hosts"))
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        try await Sshd.makeKey(folder("host"))
        let own = files
        server = try await RealServer.start(Self.program, folder: folder, greeting: "SSH-2.0") { place in
            try writeFile(Array(Self.script.utf8), place("server.py"))
            return ["-u", place("server.py"), "\(place.port)", own, place("host"), Self.user, Self.password]
        }
        let key = String(decoding: try readFile(folder("host.pub")), as: UTF8.self).split(separator: " ")
        try writeFile(Array("[127.0.0.1]:\(server.port) \(key[0]) \(key[1])\n".utf8), knownHosts)
    }

    private static let script = """
        from asyncio import Event, run
        from sys import argv
        from asyncssh import SFTPServer, SSHServer, listen

        port, folder, key, user, password = argv[1:]

        class Server(SSHServer):
            def begin_auth(self, username):
                return True

            def password_auth_supported(self):
                return True

            def validate_password(self, username, given):
                return username == user and given == password

        class Files(SFTPServer):
            def __init__(self, channel):
                super().__init__(channel, chroot=folder)

        async def main():
            await listen(
                "127.0.0.1", int(port), server_factory=Server, server_host_keys=[key], sftp_factory=Files)
            await Event().wait()

        run(main())

        """
}
