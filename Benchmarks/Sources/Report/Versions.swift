import Foundation
import SluiceTesting

/// What was measured, and on what: without it two runs cannot be compared.
struct Versions: Sendable {
    /// What it is → its version, in the order of printing.
    let list: [(name: String, version: String)]

    /// - Parameters:
    ///   - binary: the program that is measured.
    ///   - hasPeer: the neighbour is measured too.
    ///   - folder: where the programs' answers are kept for a moment.
    init(binary: String, hasPeer: Bool, folder: String) {
        var list = [("system", Self.system), ("Linux", Self.kernel), ("SQLite", SQLiteNeighbour.version)]
        func add(_ name: String, _ command: [String]) {
            if let line = Self.firstLine(command, folder) {
                list.append((name, line.replacing(" compiled with:", with: "")))
            }
        }
        add("sluice --version", [binary, "--version"])
        add("Swift compiler", ["/usr/bin/env", "swift", "--version"])
        if let revision = Self.revision(besides: binary, folder) { list.append(("revision", revision)) }
        if hasPeer {
            add("rsyslog", ["/usr/sbin/rsyslogd", "-v"])
            if let bin = PostgreSQLHome.bin { add("PostgreSQL", [bin + "/postgres", "--version"]) }
        }
        self.list = list
    }

    var text: String { list.map { "\($0.name): \($0.version)" }.joined(separator: "; ") }

    /// Of the tree that the program was built in, with a word when files differ from it; nil without git or tree.
    private static func revision(besides binary: String, _ folder: String) -> String? {
        let place = URL(fileURLWithPath: binary).deletingLastPathComponent().path
        let git = ["/usr/bin/env", "git", "-C", place]
        guard let revision = firstLine(git + ["rev-parse", "--short=12", "HEAD"], folder) else { return nil }
        let changed = firstLine(git + ["status", "--porcelain", "--untracked-files=no"], folder)
        return revision + (changed == nil ? "" : " with changes")
    }

    /// nil when it cannot be run, fails, or says nothing.
    private static func firstLine(_ command: [String], _ folder: String) -> String? {
        let output = "\(folder)/version-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try? ChildProcess(
            command[0], Array(command.dropFirst()), environment: ProcessInfo.processInfo.environment, output: output,
            errors: "/dev/null")
        guard let child, child.wait() == .exited(0) else { return nil }
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first.map(String.init)
    }

    private static var kernel: String {
        var name = utsname()
        uname(&name)
        return withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static var system: String {
        let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let title = text.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst(12) ?? "Linux"
        return title.filter { $0 != "\"" }
    }
}
