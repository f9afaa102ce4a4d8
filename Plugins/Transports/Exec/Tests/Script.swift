import ExecTransport
import SluiceSDK
import SluiceTesting
import Synchronization

/// A program written in a test.
struct Script {
    let folder = TemporaryFolder()
    let said = Said()

    /// What it logged.
    final class Said: Sendable {
        let lines = Mutex<[String]>([])
    }

    var path: String { folder("collect") }

    /// - Parameter body: after `#!`; a shell's unless another interpreter is named.
    init(_ body: String, interpreter: String = "/bin/sh") throws {
        try writeProgram("#!\(interpreter)\n\(body)\n", path)
    }

    func config(_ entries: [(String, ConfigLiteral)] = [], arguments: [String] = []) -> Config {
        let command = ConfigValue(.list(([path] + arguments).map { ConfigValue($0) }))
        let all: [(String, ConfigLiteral)] = [("command", ConfigLiteral(command)), ("every", "10ms")]
        let entries = all.filter { one in !entries.contains { $0.0 == one.0 } } + entries
        let value = ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        return Config(value, baseFolder: folder.path, programs: [path])
    }

    func transport(
        _ entries: [(String, ConfigLiteral)] = [], arguments: [String] = [], checkpoint: String? = nil,
        limits: ChannelLimits = ChannelLimits()
    ) throws -> ExecTransport {
        var context = ChannelContext(channelID: "exec", limits: limits, checkpoint: checkpoint)
        context.log = { [said] level, line in said.lines.withLock { $0.append("\(level.rawValue) \(line)") } }
        return try ExecTransport(config(entries, arguments: arguments), context: context)
    }
}

func lines(_ message: InboundMessage) -> [String] {
    String(decoding: message.message.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}
