internal import SluiceSDK

extension ChannelFile {
    /// - Parameter value: decoded against `spec` without issues.
    init(_ value: ConfigValue, baseFolder: String, version: String, programs: Set<String>) throws {
        let config = Config(value, baseFolder: baseFolder, programs: programs)
        id = try config.string("id")
        name = try config.string("name")
        channelClass = Class(rawValue: try config.string("class")) ?? .hotline
        level = Level(rawValue: try config.string("level")) ?? .municipal
        authority = try config.string("authority")
        mergeMode = try config.optionalString("merge_mode").flatMap(MergeMode.init)
        isEnabled = try config.boolean("enabled")
        startup = Startup(rawValue: try config.string("startup")) ?? .retry
        release = ReleasePolicy(rawValue: try config.string("release")) ?? .review
        isConfidential = try config.boolean("confidential")
        limits = try ChannelLimits(try config.object("limits"))
        rawRetention = try config.object("retention").duration("raw")
        silentAfter = try config.optionalDuration("silent_after")
        source = try PluginUse(try config.object("source"))
        format = try PluginUse(try config.object("format"))
        ticket = try config.required("ticket").entries ?? []
        kind = config.optional("kind")
        attachments = try AttachmentRules(try config.object("attachments"))
        reply = try config.optionalObject("reply").flatMap(ReplyUse.init)
        place = value.place
        self.version = version
    }

    /// Lower-case letters, digits and hyphens, at most 64: it stands in paths, folder names and metrics.
    static func isID(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), text.first != "-" else { return false }
        return text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
    }
}

extension PluginUse {
    init(_ config: Config) throws {
        self.init(type: try config.string("type"), config: config)
    }
}

extension ChannelLimits {
    init(_ config: Config) throws {
        self.init()
        message = try config.optionalSize("message") ?? message
        record = try config.optionalSize("record") ?? record
        rate = try config.optionalString("rate").flatMap(Units.rate)
        connections = try config.integer("connections")
        time = try config.duration("time")
        depth = try config.integer("depth")
        columns = try config.integer("columns")
        records = try config.integer("records")
    }
}

extension ReplyUse {
    init?(_ config: Config) throws {
        let sender = try PluginUse(config)
        if sender.type == "none" { return nil }
        let unknown = Unknown(rawValue: try config.optionalString("on_unknown") ?? "") ?? .resend
        self.init(sender: sender, events: try config.strings("on"), onUnknown: unknown)
        guard let retry = config.optionalObject("retry") else { return }
        attempts = try retry.integer("attempts")
        let backoff = try retry.required("backoff")
        guard let range = backoff.text.flatMap(Units.durationRange) else {
            throw ConfigIssue(
                at: backoff.place, "config.type", "'backoff' is not a range of durations", hint: "write 1s..5m")
        }
        (firstPause, longestPause) = range
    }
}
