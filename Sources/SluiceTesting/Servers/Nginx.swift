internal import Foundation

/// nginx in front of files, with TLS and, where it is asked for, client certificates.
public final class Nginx: Sendable {
    public static let program = ServerProgram("nginx", package: "nginx-light")

    public let server: RealServer
    /// The folder whose files are served at `/`.
    public let files: String

    public var port: Int { server.port }
    /// `https://localhost:20443`, or `http://` without a certificate.
    public let url: String

    /// - Parameters:
    ///   - certificate: nil speaks plain HTTP.
    ///   - clientAuthority: PEM of the authority that callers' certificates must come from.
    ///   - lines: further lines of the `server` block.
    public init(
        _ certificate: TestCertificates.Pair? = nil, clientAuthority: String? = nil, _ lines: [String] = []
    ) async throws {
        let folder = TemporaryFolder()
        files = folder("files")
        try FileManager.default.createDirectory(atPath: folder("files"), withIntermediateDirectories: true)
        let tls = Self.tls(certificate, clientAuthority)
        server = try await RealServer.start(Self.program, folder: folder) { place in
            let text = Self.configuration(place, isEncrypted: certificate != nil, tls + lines)
            try writeFile(Array(text.utf8), place("nginx.conf"))
            return ["-p", place.folder, "-c", place("nginx.conf"), "-e", place("error.log")]
        }
        url = "\(certificate == nil ? "http" : "https")://localhost:\(server.port)"
    }

    /// The lines of its access log so far.
    public var accesses: [String] {
        let text = (try? readFile(server.place("access.log"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// The lines of its access log once there are so many: nginx writes a line after its answer has gone.
    public func accesses(_ count: Int) async throws -> [String] {
        for _ in 0..<6000 where accesses.count < count { try await Task.sleep(for: .milliseconds(5)) }
        return accesses
    }

    private static func tls(_ certificate: TestCertificates.Pair?, _ clientAuthority: String?) -> [String] {
        guard let certificate else { return [] }
        let own = ["ssl_certificate \(certificate.certificate);", "ssl_certificate_key \(certificate.key);"]
        return own + (clientAuthority.map { ["ssl_client_certificate \($0);", "ssl_verify_client on;"] } ?? [])
    }

    private static func configuration(_ place: RealServer.Place, isEncrypted: Bool, _ lines: [String]) -> String {
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(place("temporary-" + $0));"
        }
        // As whoever runs the tests: files of a private folder are to be served.
        let user = getuid() == 0 ? "user root;" : ""
        return """
            daemon off;
            \(user)
            worker_processes 1;
            pid \(place("nginx.pid"));
            error_log stderr info;
            events {}
            http {
                default_type application/json;
                \(folders.joined(separator: "\n    "))
                log_format test '$status $request_method $request_uri $ssl_client_s_dn';
                access_log \(place("access.log")) test;
                server {
                    listen 127.0.0.1:\(place.port)\(isEncrypted ? " ssl" : "");
                    root \(place("files"));
                    \(lines.joined(separator: "\n        "))
                }
            }

            """
    }
}
