import SluiceConfig
import SluiceSDK

/// The shipped configuration as the demo runs it: the same channels, asked more often, and with a folder in place of a
/// mailbox or a remote host, which a demonstration has not got.
struct DemoConfiguration {
    let configuration: LoadedConfiguration
    /// Where the simulator puts the files of channels that stand on a folder here: by channel.
    private(set) var folders: [String: String] = [:]

    private static let standIns: Set = ["mailbox", "remote-files"]

    /// Carriers of replies that need a server which a demonstration has not got.
    private static let unreachable: Set = ["mail", "remote-files"]

    /// - Parameter folder: for the folders that stand in.
    init(_ loaded: LoadedConfiguration, folder: (String) throws -> String) rethrows {
        var tuned = loaded
        var folders: [String: String] = [:]
        for index in tuned.channels.indices {
            guard var channel = tuned.channels[index].channel else { continue }
            if Self.standIns.contains(channel.source.type) {
                let path = try folder(channel.id)
                folders[channel.id] = path
                channel.source = PluginUse(type: "directory", config: Self.dropFolder(path))
            }
            if let sender = channel.reply?.sender, Self.unreachable.contains(sender.type) { channel.reply = nil }
            channel.source.config = Self.hurried(channel.source)
            tuned.channels[index].channel = channel
        }
        (configuration, self.folders) = (tuned, folders)
    }

    private static func hurried(_ source: PluginUse) -> Config {
        switch source.type {
        case "http-poll":
            source.config.setting("every", "2s").removing("cron")
                .setting("retry", source.config.optionalObject("retry")?.setting("backoff", "1s..2s").value)
        case "directory": source.config.setting("every", "1s").setting("stable_for", "200ms")
        case "exchange-table", "exec": source.config.setting("every", "1s")
        default: source.config
        }
    }

    private static func dropFolder(_ path: String) -> Config {
        let keys = ["path": path, "pattern": "*", "after": "delete", "order": "name"]
        return Config(
            ConfigValue(.map(keys.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .init($0.value)) })))
    }
}

extension Config {
    fileprivate func setting(_ key: String, _ text: String?) -> Config {
        setting(key, text.map { ConfigValue($0) })
    }

    fileprivate func removing(_ key: String) -> Config { setting(key, ConfigValue?.none) }

    /// The same with one key's value replaced, or taken away.
    fileprivate func setting(_ key: String, _ replacement: ConfigValue?) -> Config {
        var entries = (value.entries ?? []).filter { $0.key != key }
        if let replacement { entries.append(ConfigEntry(key: key, at: place, value: replacement)) }
        return Config(ConfigValue(.map(entries), at: place), baseFolder: baseFolder, programs: programs)
    }
}
