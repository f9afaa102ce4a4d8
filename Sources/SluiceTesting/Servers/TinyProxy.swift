/// tinyproxy: an HTTP proxy that tunnels TLS with CONNECT.
public final class TinyProxy: Sendable {
    public static let program = ServerProgram("tinyproxy", package: "tinyproxy-bin")

    public let server: RealServer

    public var port: Int { server.port }
    /// `http://127.0.0.1:20888`
    public var url: String { "http://127.0.0.1:\(port)" }
    /// What it has done so far, a line for every request.
    public var log: String { server.log }

    /// - Parameter lines: further lines of its configuration, `BasicAuth user password`.
    public init(_ lines: [String] = []) async throws {
        server = try await RealServer.start(Self.program) { place in
            let own = ["Listen 127.0.0.1", "Port \(place.port)", "Timeout 60", "LogLevel Info", "MaxClients 20"]
            try writeFile(Array(((own + lines).joined(separator: "\n") + "\n").utf8), place("tinyproxy.conf"))
            return ["-d", "-c", place("tinyproxy.conf")]
        }
    }
}
