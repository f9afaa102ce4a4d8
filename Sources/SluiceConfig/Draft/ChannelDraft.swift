internal import SluiceSDK

/// A new channel's file and its first sample, to be completed by a person.
///
/// What a profile gives is left to it; of the rest, every key that is required is written with a value that passes the
/// check, so that the draft can be tried at once and then changed key by key.
public struct ChannelDraft: Sendable {
    public struct Sample: Sendable {
        /// `input.json`
        public var name: String
        public var bytes: [UInt8]
    }

    public var yaml: String
    /// nil where the profile maps the ticket itself, or the format has no simple sample.
    public var sample: Sample?

    /// - Parameters:
    ///   - profile: a file under `profiles/`, without its ending.
    ///   - folder: the configuration's.
    ///   - source, format: for a draft without a profile.
    /// - Throws: `ConfigIssues`.
    public init(
        id: String, class channelClass: ChannelFile.Class, profile: String?, source: String = "http-push",
        format: String = "json", folder: String, specs: PluginSpecs
    ) throws {
        let base = try Self.base(profile, source: source, format: format, folder: folder)
        var writer = DraftWriter(id: id)
        writer.identity(channelClass, profile: profile)
        let isExtended = profile != nil
        try writer.section("source", base["source"], specs.transports, isWritten: !isExtended)
        try writer.section("format", base["format"], specs.formats, isWritten: !isExtended)
        let shape = SampleShape(format: base["format"])
        if base["ticket"] == nil { writer.ticket(shape) }
        if let reply = base["reply"], reply["type"]?.text != "none" {
            try writer.section("reply", reply, specs.replySenders, isWritten: !isExtended)
        } else if !isExtended {
            writer.lines.append("\nreply: { type: none }")
        }
        yaml = writer.lines.joined(separator: "\n") + "\n"
        sample = base["ticket"] == nil ? try shape?.sample() : nil
    }

    /// What the channel starts from: the profile, or nothing but its two types.
    private static func base(
        _ profile: String?, source: String, format: String, folder: String
    ) throws -> ConfigValue {
        func type(_ name: String) -> ConfigValue {
            ConfigValue(.map([ConfigEntry(key: "type", value: ConfigValue(name))]))
        }
        var entries = [
            ConfigEntry(key: "source", value: type(source)), ConfigEntry(key: "format", value: type(format)),
        ]
        guard let profile else { return ConfigValue(.map(entries)) }
        let reader = FolderReader(folder: folder, specs: PluginSpecs(), environment: [:], references: .standIn)
        let profiles = Profiles(folder: folder + "/profiles", names: reader.names(in: "profiles"))
        let extending = ConfigValue(.map([ConfigEntry(key: "extends", value: ConfigValue(profile))]))
        let resolved = try profiles.resolve(extending)
        entries.removeAll { resolved[$0.key] != nil }
        return ConfigValue(.map((resolved.entries ?? []) + entries))
    }
}
