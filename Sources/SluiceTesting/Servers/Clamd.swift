internal import Foundation

/// clamd with a signature of our own and no other: nothing is downloaded, and no real malware is needed.
public final class Clamd: Sendable {
    public static let program = ServerProgram("clamd", package: "clamav-daemon")
    /// A file that holds this is what the signature means.
    public static let malware = "SLUICE-MALWARE-OF-THE-TEST"

    public let server: RealServer
    /// Its socket file.
    public var socket: String { server.place("clamd.sock") }
    public var address: String { "127.0.0.1:\(server.port)" }

    /// - Parameter folder: where it works and where its socket file is; to know the path before it runs.
    public init(folder: TemporaryFolder = TemporaryFolder()) async throws {
        server = try await RealServer.start(Self.program, folder: folder) { place in
            for name in ["database", "temporary"] {
                try FileManager.default.createDirectory(atPath: place(name), withIntermediateDirectories: true)
            }
            let pattern = Self.malware.utf8.map { String($0, radix: 16) }.joined()
            try writeFile(Array("Sluice.Test:0:*:\(pattern)\n".utf8), place("database/own.ndb"))
            let lines = [
                "Foreground yes", "TCPSocket \(place.port)", "TCPAddr 127.0.0.1", "LocalSocket \(place("clamd.sock"))",
                "DatabaseDirectory \(place("database"))", "TemporaryDirectory \(place("temporary"))",
                "StreamMaxLength 30M",
            ]
            try writeFile(Array((lines.joined(separator: "\n") + "\n").utf8), place("clamd.conf"))
            return ["--config-file=\(place("clamd.conf"))"]
        }
    }
}
