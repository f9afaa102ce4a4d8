import SluiceConfig
import SluiceSDK
import SluiceSimulator

/// The shipped configuration as the demo runs it: the same channels, asked more often, and led to the demonstration's own
/// mailboxes and remote hosts.
struct DemoConfiguration {
    let configuration: LoadedConfiguration

    init(_ loaded: LoadedConfiguration, hosts: SimulatedHosts) {
        var tuned = loaded
        for index in tuned.channels.indices {
            guard var channel = tuned.channels[index].channel else { continue }
            let place = hosts.places[channel.id]
            if let change = place?.source { channel.source = change.applied(to: channel.source) }
            if let change = place?.reply, let sender = channel.reply?.sender {
                channel.reply?.sender = change.applied(to: sender)
            }
            channel.source.config = Self.hurried(channel.source)
            tuned.channels[index].channel = channel
        }
        configuration = tuned
    }

    private static func hurried(_ source: PluginUse) -> Config {
        switch source.type {
        case "http-poll":
            source.config.setting("every", "2s").removing("cron")
                .setting("retry", source.config.optionalObject("retry")?.setting("backoff", "1s..2s").value)
        case "mailbox": source.config.setting("every", "1s")
        case "directory", "remote-files": source.config.setting("every", "1s").setting("stable_for", "200ms")
        case "exchange-table", "exec": source.config.setting("every", "1s")
        default: source.config
        }
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
