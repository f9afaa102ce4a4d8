internal import SluiceSDK

extension ChannelFile {
    /// What may stand in a channel's file.
    static func spec(_ plugins: PluginSpecs) -> ConfigSpec {
        ConfigSpec(
            identity + conduct + [
                ConfigField(
                    "source", .plugins(plugins.transports), required: true,
                    example: "{ type: http-push, path: /channels/12345 }", "How bytes arrive."),
                ConfigField(
                    "format", .plugins(plugins.formats), required: true, example: "{ type: json, records: \"$[*]\" }",
                    "How bytes become records."),
                ConfigField(
                    "ticket", .map(.mapping), required: true, example: "{ external_id: $.orderNo }",
                    "Canonical intake field to selector, or to a map of steps."),
                ConfigField(
                    "kind", .mapping, example: "{ from: $.action, lookup: { CB: urged }, default: opened }",
                    "What a record is: `opened` (a ticket, new or changed), or what the source says later of one that it "
                        + "has sent: `withdrawn` 撤回, `supplemented` 补充, `urged` 催办. Left out, every record is a ticket."
                ),
                ConfigField(
                    "attachments", .object(AttachmentRules.spec), default: "{}",
                    "Limits of the files that come with a ticket, and where they may be fetched."),
                ConfigField(
                    "reply", .plugins(plugins.replySenders + [noReply], plus: replyFields), example: "{ type: none }",
                    "How replies go back to the source; left out, none do."),
            ])
    }

    private static let identity = [
        ConfigField(
            "id", .string, required: true, example: "hotline-12345",
            "Unique and never changed; the same as the file's name. Lower-case letters, digits and hyphens."),
        ConfigField("name", .string, required: true, example: "12345 政务服务便民热线", "What people call the channel."),
        ConfigField(
            "class", .choice(Class.allCases.map(\.rawValue)), required: true, example: "hotline",
            "A telephone line or a web channel."),
        ConfigField(
            "level", .choice(Level.allCases.map(\.rawValue)), required: true, example: "municipal",
            "Whose channel it is."),
        ConfigField("authority", .string, required: true, example: "市政务服务局", "The body that answers for the channel."),
        ConfigField(
            "merge_mode", .choice(MergeMode.allCases.map(\.rawValue)),
            "How a hotline was joined to 12345: merged 整体并入, dual 双号并行, subcentre 设分中心, linked 联动."),
        ConfigField(
            "extends", .string, example: "http-json",
            "A profile, `profiles/<name>.yaml`: maps merge, lists and scalars replace."),
    ]

    private static let conduct = [
        ConfigField("enabled", .boolean, default: "true", "A channel that is not enabled is checked and not run."),
        ConfigField(
            "startup", .choice(Startup.allCases.map(\.rawValue)), default: "retry",
            "When the channel cannot start: try again with growing waits, or leave it stopped."),
        ConfigField(
            "release", .choice(ReleasePolicy.allCases.map(\.rawValue)), default: "automatic",
            "Whether verified items go on by themselves or a person releases them. The relay's own list may only be stricter."
        ),
        ConfigField(
            "confidential", .boolean, default: "false",
            "Seals everything that a person wrote, not the requester's fields alone, and keeps raw messages and rejects sealed: from the journal on only the internal zone can read them. Needs `sealing: on`; goes without `kind`."
        ),
        ConfigField(
            "limits", .object(limits), default: "{}",
            "What the channel may take; what is over a limit is refused and counted, never cut."),
        ConfigField("retention", .object(retention), default: "{}", "How long things are kept."),
        ConfigField("silent_after", .duration, example: "24h", "Alert when nothing arrives for so long."),
    ]

    private static let limits = ConfigSpec([
        ConfigField("message", .size, default: "8MiB", "Bytes of one raw message, after decompression."),
        ConfigField("record", .size, default: "256KiB", "Bytes of one record."),
        ConfigField("rate", .rate, example: "2000/s", "Requests or records in a period; left out, unlimited."),
        ConfigField("connections", .integer(1...100_000), default: "32", "Requests in hand at once."),
        ConfigField("time", .duration, default: "30s", "How long one message may take to arrive."),
        ConfigField("depth", .integer(1...1024), default: "64", "Nesting depth of a document."),
        ConfigField("columns", .integer(1...100_000), default: "2000", "Columns of one row."),
        ConfigField("records", .integer(1...10_000_000), default: "100000", "Records in one message."),
    ])

    private static let retention = ConfigSpec([
        ConfigField("raw", .duration, default: "30d", "Raw bytes on the external side, after receipt.")
    ])

    private static let noReply = PluginSpec("none", "No reply goes back.", ConfigSpec([]))

    static let replyFields = [
        ConfigField(
            "on", .list(.choice(CaseEventNames.all)), default: "[replied, returned]", "Which case events go back."),
        ConfigField(
            "on_unknown", .choice(ReplyUse.Unknown.allCases.map(\.rawValue)), default: "resend",
            "After a crash in the middle of sending: send again with the same reply id, or ask a person."),
        ConfigField("retry", .object(replyRetry), "How often and how soon a reply is sent again."),
    ]

    private static let replyRetry = ConfigSpec([
        ConfigField("attempts", .integer(1...10_000), default: "50", "After so many failures a person decides."),
        ConfigField(
            "backoff", .string, default: "1s..5m", "The first wait and the longest; each is twice the one before."),
    ])
}

/// What a handler may tell of a case.
enum CaseEventNames {
    static let all = [
        "assigned", "accepted", "in_progress", "feedback", "reviewed", "replied", "returned", "evaluated", "closed",
    ]
}

extension ConfigType {
    /// A section whose `type:` names a plugin. What Sluice itself reads there is added unless the plugin declares it.
    static func plugins(_ plugins: [PluginSpec], plus common: [ConfigField] = []) -> ConfigType {
        .variant(
            tag: "type",
            plugins.map { plugin in
                let added = common.filter { plugin.config.field($0.name) == nil }
                return ConfigVariant(plugin.name, plugin.summary, plugin.config + ConfigSpec(added))
            })
    }
}
