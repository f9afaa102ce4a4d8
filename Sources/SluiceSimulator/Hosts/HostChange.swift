public import SluiceConfig
public import SluiceSDK

/// What a channel's `source` or `reply` says instead, so that it reaches the simulated host.
public struct HostChange: Sendable {
    /// The plugin; nil leaves it.
    var type: String?
    var keys: [ConfigEntry]
    /// The same inside `auth`, whose other keys stay: a password is a secret, and not written again.
    var auth: [ConfigEntry] = []
    /// Keys that are left out; nil leaves all of them out.
    var dropped: Set<String>?

    /// - Parameter value: the map as it stands in a file, profiles included, or as it was checked.
    public func applied(to value: ConfigValue) -> ConfigValue {
        var changed = keys
        if let type { changed.insert(ConfigEntry(key: "type", value: ConfigValue(type)), at: 0) }
        if !auth.isEmpty {
            let own = (value["auth"]?.entries ?? []).filter { entry in !auth.contains { $0.key == entry.key } }
            changed.append(.map("auth", own + auth))
        }
        let rest = (value.entries ?? []).filter { entry in
            guard let dropped else { return false }
            return !dropped.contains(entry.key) && !changed.contains { $0.key == entry.key }
        }
        // The plugin's name comes first, as people write it.
        let (names, others) = (rest.filter { $0.key == "type" }, rest.filter { $0.key != "type" })
        return ConfigValue(.map(names + changed + others), at: value.place)
    }

    public func applied(to use: PluginUse) -> PluginUse {
        PluginUse(
            type: type ?? use.type,
            config: Config(
                applied(to: use.config.value), baseFolder: use.config.baseFolder, programs: use.config.programs))
    }
}

extension ConfigEntry {
    /// Text, whatever it looks like.
    static func text(_ key: String, _ text: String) -> ConfigEntry {
        ConfigEntry(key: key, value: ConfigValue(.scalar(text: text, plain: false)))
    }

    static func map(_ key: String, _ entries: [ConfigEntry]) -> ConfigEntry {
        ConfigEntry(key: key, value: ConfigValue(.map(entries)))
    }
}
