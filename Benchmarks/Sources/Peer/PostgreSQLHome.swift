import Foundation
import SluiceTesting

/// A PostgreSQL of our own in a folder, with its defaults: commits are synced.
final class PostgreSQLHome {
    /// Where the newest server's programs stand; nil when there is none.
    static var bin: String? {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).max().map { "\(root)/\($0)/bin" }
            .flatMap { FileManager.default.fileExists(atPath: $0 + "/initdb") ? $0 : nil }
    }

    let port: Int
    private let folder: String
    private let bin: String
    /// The server refuses root.
    private let runner: [String]

    init(folder: String) throws {
        guard let bin = Self.bin else { throw InstallationError("no PostgreSQL server is installed") }
        self.bin = bin
        self.folder = folder + "/postgresql"
        port = Int.random(in: 22_000..<29_000)
        runner = getuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : []
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        if getuid() == 0 {
            guard try run(["/usr/bin/chown", "postgres", self.folder], plain: true) == 0 else {
                throw InstallationError("chown \(self.folder)")
            }
        }
        let data = self.folder + "/data"
        guard
            try run([bin + "/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C"]) == 0,
            try run([
                bin + "/pg_ctl", "-D", data, "-w", "-l", self.folder + "/server.log", "-o",
                "-p \(port) -c listen_addresses=127.0.0.1 -c unix_socket_directories=''", "start",
            ]) == 0
        else { throw InstallationError("PostgreSQL did not start; see \(self.folder)") }
    }

    /// The process that is the parent of all others of the server.
    var server: Int32 {
        let text = (try? String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first.flatMap { Int32($0) } ?? 0
    }

    func stop() { _ = try? run([bin + "/pg_ctl", "-D", folder + "/data", "-m", "fast", "stop"]) }

    func execute(_ sql: String) throws { _ = try query(sql) }

    /// The first value of the answer.
    func query(_ sql: String) throws -> String {
        let output = folder + "/answer-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let words = ["-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", "-d", "postgres", "-qtAc", sql]
        let psql = try ChildProcess(
            bin + "/psql", words, environment: ["PATH": "/usr/bin"], output: output, errors: folder + "/psql.log")
        guard psql.wait() == .exited(0) else { throw InstallationError("psql failed: \(sql)") }
        let answer = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        return String(answer.prefix { $0 != "\n" })
    }

    private func run(_ words: [String], plain: Bool = false) throws -> Int32 {
        let all = (plain ? [] : runner) + words
        let child = try ChildProcess(
            all[0], Array(all.dropFirst()), environment: ["PATH": "/usr/sbin:/usr/bin:/bin", "LC_ALL": "C"],
            output: (folder as NSString).deletingLastPathComponent + "/postgresql.log")
        guard case .exited(let code) = child.wait() else { return -1 }
        return code
    }
}
