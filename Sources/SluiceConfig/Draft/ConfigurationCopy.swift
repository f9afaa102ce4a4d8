internal import Foundation
public import SluiceSDK
internal import Yams

/// A copy of a configuration in which some channels read and write elsewhere: for trials, the original stays as it is.
public enum ConfigurationCopy {
    public typealias Change = @Sendable (ConfigValue) -> ConfigValue

    /// Lies in every copy, and in nothing else: what has it may be written anew.
    static let mark = ".sluice-copy"

    /// In a changed file the profile's keys stand with its own, and comments are lost. References to secrets stay.
    /// - Parameters:
    ///   - target: a new folder, or an earlier copy, which this one takes the place of.
    ///   - changes: what becomes of a channel's `source` and `reply`, by the path of its file in `folder`.
    /// - Throws: `ConfigIssues`; `ConfigIssue` for a target that is no copy; what the file system says.
    public static func write(
        _ folder: String, to target: String, changes: [String: (source: Change?, reply: Change?)]
    ) throws {
        let files = FileManager.default
        let (from, into) = (URL(fileURLWithPath: folder).path, URL(fileURLWithPath: target).path)
        guard !(into + "/").hasPrefix(from + "/") else {
            throw ConfigIssue(
                at: .start(of: target), "config.copy", "the copy would lie in what it is a copy of",
                hint: "name a folder beside it")
        }
        if files.fileExists(atPath: target) {
            guard files.fileExists(atPath: target + "/" + mark) else {
                throw ConfigIssue(
                    at: .start(of: target), "config.copy", "the folder is there and no copy of a configuration",
                    hint: "name another one, or take it away")
            }
            try files.removeItem(atPath: target)
        }
        try files.createDirectory(
            atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try files.copyItem(atPath: folder, toPath: target)
        try Data().write(to: URL(fileURLWithPath: target + "/" + mark))
        let reader = FolderReader(folder: folder, specs: PluginSpecs(), environment: [:], references: .standIn)
        let profiles = Profiles(folder: folder + "/profiles", names: reader.names(in: "profiles"))
        for (path, change) in changes {
            let text = try text(of: profiles.resolve(try YAMLFile.read(path)), change)
            try Data(text.utf8).write(to: URL(fileURLWithPath: target + path.dropFirst(folder.count)))
        }
    }

    private static func text(of value: ConfigValue, _ change: (source: Change?, reply: Change?)) throws -> String {
        let pairs = (value.entries ?? []).filter { $0.key != "extends" }.map { entry in
            let changed =
                switch entry.key {
                case "source": change.source?(entry.value) ?? entry.value
                case "reply": change.reply?(entry.value) ?? entry.value
                default: entry.value
                }
            return (Node(entry.key), node(changed))
        }
        let written = try Yams.serialize(node: Node(pairs), width: -1, allowUnicode: true)
        return "# yaml-language-server: $schema=../schema/channel.json\n" + written
    }

    /// What was plain stays plain: `0` is a number, `"0"` is text.
    private static func node(_ value: ConfigValue) -> Node {
        switch value.content {
        case .scalar(let text, let isPlain):
            if value.isNull { return Node(text.isEmpty ? "~" : text, Tag(.null), .plain) }
            return isPlain ? Node(text, Tag.implicit, .plain) : Node(text, Tag(.str), .doubleQuoted)
        case .list(let items): return Node(items.map(node))
        case .map(let entries): return Node(entries.map { (Node($0.key, Tag(.str)), node($0.value)) })
        }
    }
}
