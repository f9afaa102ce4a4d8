internal import Foundation

/// vsftpd for one anonymous user who may read, write, rename and delete. Runs as whoever starts it.
///
/// It lists by LIST alone, as the older servers do; it has no MLSD.
public final class Vsftpd: Sendable {
    public enum TLS: Sendable {
        case none, explicit, implicit
    }

    public static let program = ServerProgram("vsftpd", package: "vsftpd")
    public static let user = "anonymous"
    /// Any password will do, but for `refusedPassword`.
    public static let password = "guest@example.org"
    public static let refusedPassword = "wrong@example.org"

    public let server: RealServer
    /// The folder that is the user's `/`.
    public let files: String
    /// The authority to trust, where there is TLS; PEM.
    public let authority: String
    package let tls: TLS

    public var port: Int { server.port }
    /// `ftp://127.0.0.1:20021`, `ftps://…` for implicit TLS; without a slash at the end.
    public var url: String { (tls == .implicit ? "ftps" : "ftp") + "://127.0.0.1:\(port)" }

    /// - Parameter options: further lines for vsftpd.conf.
    public init(_ tls: TLS = .none, _ options: [String] = []) async throws {
        let folder = TemporaryFolder()
        self.tls = tls
        files = folder("files")
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        try writeFile(Array((Self.refusedPassword + "\n").utf8), folder("banned"))
        let certificates = tls == .none ? nil : try TestCertificates.shared()
        authority = certificates?.authority ?? ""
        let pair = certificates?.server
        let greeting = tls == .implicit ? nil : "220"
        server = try await RealServer.start(Self.program, folder: folder, greeting: greeting) { place in
            let lines = Self.lines(place, folder("files")) + Self.lines(tls, pair) + options
            try writeFile(Array((lines.joined(separator: "\n") + "\n").utf8), place("vsftpd.conf"))
            return [place("vsftpd.conf")]
        }
    }

    private static func lines(_ place: RealServer.Place, _ files: String) -> [String] {
        [
            "listen=YES", "listen_address=127.0.0.1", "listen_port=\(place.port)", "background=NO",
            "run_as_launching_user=YES", "anonymous_enable=YES", "local_enable=NO", "anon_root=\(files)",
            "allow_writeable_chroot=YES", "write_enable=YES", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES",
            "anon_other_write_enable=YES", "anon_world_readable_only=NO", "anon_umask=022", "seccomp_sandbox=NO",
            "deny_email_enable=YES", "banned_email_file=\(place("banned"))", "pasv_address=127.0.0.1",
            "xferlog_enable=YES", "vsftpd_log_file=\(place("vsftpd.log"))", "log_ftp_protocol=YES", "max_per_ip=0",
        ]
    }

    private static func lines(_ tls: TLS, _ certificate: TestCertificates.Pair?) -> [String] {
        guard let certificate else { return [] }
        return [
            "ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_data_ssl=YES", "force_anon_logins_ssl=YES",
            "rsa_cert_file=\(certificate.certificate)", "rsa_private_key_file=\(certificate.key)",
            "implicit_ssl=\(tls == .implicit ? "YES" : "NO")",
        ]
    }
}
