internal import Foundation

/// OpenSSH with nothing but sftp, for the user who starts it.
public final class Sshd: Sendable {
    public static let program = ServerProgram("sshd", package: "openssh-server")
    public static let keygen = ServerProgram("ssh-keygen", package: "openssh-client")

    public let server: RealServer
    /// The folder whose files are served; an absolute path, the same on both sides.
    public let files: String
    /// The user to log in as.
    public let user: String
    /// A private key that the server takes (Ed25519, without a passphrase).
    public let key: String
    /// The line that a client must know the server by.
    public let knownHosts: String

    public var port: Int { server.port }
    /// `sftp://127.0.0.1:20022/…/files`, without a slash at the end.
    public var url: String { "sftp://127.0.0.1:\(port)\(files)" }

    /// - Parameter options: further lines for sshd_config.
    public init(_ options: [String] = []) async throws {
        let folder = TemporaryFolder()
        (files, key, knownHosts) = (folder("files"), folder("client"), folder("known_hosts"))
        guard let own = getpwuid(getuid()) else {
            throw ServerFailed(
                program: Self.program, reason: "lets in users that have a name, and this one has none", log: "")
        }
        user = String(cString: own.pointee.pw_name)
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        for name in ["host", "client"] { try await Self.makeKey(folder(name)) }
        try FileManager.default.copyItem(atPath: folder("client.pub"), toPath: folder("authorized_keys"))
        // The folder that root's sshd shuts its unprivileged half in; Debian makes it when the service starts.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        server = try await RealServer.start(Self.program, folder: folder, greeting: "SSH-2.0") { place in
            try writeFile(Array(Self.configuration(place, options).utf8), place("sshd_config"))
            return ["-D", "-e", "-f", place("sshd_config")]
        }
        let key = String(decoding: try readFile(folder("host.pub")), as: UTF8.self).split(separator: " ")
        try writeFile(Array("[127.0.0.1]:\(port) \(key[0]) \(key[1])\n".utf8), knownHosts)
    }

    /// Lets clients that know the server by `knownHosts` come through a relay on another port too.
    public func addKnownPort(_ port: Int) throws {
        let lines = String(decoding: try readFile(knownHosts), as: UTF8.self)
        let first = lines.split(separator: "\n").first ?? ""
        let more = first.replacing(":\(self.port) ", with: ":\(port) ")
        try writeFile(Array("\(lines)\(more)\n".utf8), knownHosts)
    }

    /// Another private key, which the server does not take.
    public static func makeKey(_ path: String) async throws {
        try await keygen.run(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path], log: path + ".log")
    }

    private static func configuration(_ place: RealServer.Place, _ options: [String]) -> String {
        ([
            "ListenAddress 127.0.0.1", "Port \(place.port)", "HostKey \(place("host"))", "PidFile none",
            "AuthorizedKeysFile \(place("authorized_keys"))", "StrictModes no", "UsePAM no",
            "PasswordAuthentication no", "PermitRootLogin prohibit-password", "MaxStartups 200",
            "Subsystem sftp internal-sftp", "ForceCommand internal-sftp", "LogLevel VERBOSE",
        ] + options).joined(separator: "\n") + "\n"
    }
}
