internal import Foundation
public import SluiceSDK

/// Which program runs, and what it finds around it: the keys that every `exec` has.
public struct ProgramCommand: Sendable {
    public static let fields: [ConfigField] = [
        ConfigField(
            "command", .list(.string), required: true, example: "[programs/collect.py, --city, \"370400\"]",
            "The program and its arguments; no shell reads them. The program must stand in `programs:` of the zone's "
                + "file; a relative path starts in the configuration folder."),
        ConfigField(
            "environment", .map(.string), example: "{ TOKEN: \"${file:collector}\" }",
            "What it finds in its environment besides PATH, LANG and what Sluice adds; nothing else is handed on."),
        ConfigField(
            "memory", .size, default: "512MiB",
            "How much address space it, and each program that it starts, may have (RLIMIT_AS)."),
    ]

    /// Absolute, or as the configuration folder makes it.
    public let program: String
    public let arguments: [String]
    public let environment: [String: String]
    /// Bytes.
    public let memory: Int

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        let words = try config.strings("command")
        let place = config.optional("command")?.place ?? config.place
        guard let first = words.first, !first.isEmpty else {
            throw ConfigIssue(
                at: place, "exec.command", "'command' names no program", hint: "write 'command: [programs/collect.py]'")
        }
        guard !words.contains(where: { $0.utf8.contains(0) }) else {
            throw ConfigIssue(at: place, "exec.command", "'command' holds a zero byte", hint: "remove it")
        }
        program = first.hasPrefix("/") ? first : config.baseFolder + "/" + first
        guard config.programs.contains(program) else {
            throw ConfigIssue(
                at: place, "exec.not-allowed", "'\(first)' is not among the programs that this zone may run",
                hint: "add it to 'programs:' of external.yaml (internal.yaml for a handler)")
        }
        arguments = Array(words.dropFirst())
        let entries = config.optional("environment")?.entries ?? []
        if let bad = entries.first(where: { !Self.isVariable($0.key) || Self.reserved.contains($0.key) }) {
            throw ConfigIssue(
                at: bad.value.place, "exec.environment", "'\(bad.key)' is no variable that may be set here",
                hint: "use letters, digits and _; LD_…, PATH and SLUICE_… are taken")
        }
        environment = Dictionary(entries.map { ($0.key, $0.value.text ?? "") }) { first, _ in first }
        memory = try config.optionalSize("memory") ?? 512 << 20
        guard memory >= 16 << 20 else {
            throw ConfigIssue(
                at: config.optional("memory")?.place ?? place, "exec.memory", "no program runs in so little memory",
                hint: "write 'memory: 256MiB'")
        }
    }

    /// The program's file name: for logs and origins.
    public var name: String { program.split(separator: "/").last.map(String.init) ?? program }

    /// The file as it is now; a program that anybody may change would make the list of programs worth nothing.
    /// - Throws: `PluginError`.
    public func check() throws {
        var entry = stat()
        guard stat(program, &entry) == 0, entry.st_mode & S_IFMT == S_IFREG, access(program, X_OK) == 0 else {
            throw PluginError(
                .notConnected, "exec.missing",
                "\(program) is no program that this user may run; install it, or make it executable")
        }
        guard entry.st_mode & 0o002 == 0 else {
            throw PluginError(
                .misconfigured, "exec.writable",
                "everybody may write \(program); take that right away (chmod o-w), then start it again")
        }
    }

    private static let reserved: Set<String> = ["PATH", "IFS", "ENV", "BASH_ENV"]

    private static func isVariable(_ name: String) -> Bool {
        guard !name.isEmpty, !name.hasPrefix("LD_"), !name.hasPrefix("SLUICE_") else { return false }
        return name.utf8.allSatisfy {
            (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
        } && !(name.utf8.first.map { (0x30...0x39).contains($0) } ?? true)
    }
}
