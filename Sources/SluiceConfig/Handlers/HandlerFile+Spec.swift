internal import SluiceSDK

extension HandlerFile {
    /// What may stand in a handler's file.
    static func spec(_ plugins: PluginSpecs) -> ConfigSpec {
        ConfigSpec([
            ConfigField(
                "id", .string, required: true, example: "housing-bureau",
                "Unique; the same as the file's name. Lower-case letters, digits and hyphens."),
            ConfigField("name", .string, required: true, example: "市住房和城乡建设局", "What people call the handler."),
            ConfigField(
                "role", .choice(Role.allCases.map(\.rawValue)), required: true, example: "owner",
                "An owner may change the case and reply; a copy reads its share."),
            ConfigField(
                "enabled", .boolean, default: "true", "A handler that is not enabled gets nothing and owns nothing."),
            ConfigField(
                "fallback", .boolean, default: "false",
                "Exactly one owner takes what no other owner matches; it has no `match`."),
            ConfigField(
                "order", .integer(0...1_000_000), default: "100",
                "Owners are tried in this order; the first that matches owns the ticket."),
            ConfigField(
                "match", .any, example: "{ all: [ { request_type: complaint }, { text: [物业] } ] }",
                "Which tickets: `all`, `any`, `not`, `field: value`, `field: [values]`, `field: { prefix: … }`, `text: [words]`. A copy without it gets every ticket."
            ),
            ConfigField("fields", .object(fields), default: "{}", "What this handler does not see."),
            ConfigField(
                "deliver", .plugins(plugins.deliverySenders + [pull], plus: deliverFields), required: true,
                example: "{ type: pull }", "How events reach the handler."),
            ConfigField("token", .secret, example: "${file:housing-token}", "For its calls to the handler API."),
        ])
    }

    private static let fields = ConfigSpec([
        ConfigField("mask", .list(.string), default: "[]", "Fields that are shown masked."),
        ConfigField("drop", .list(.string), default: "[]", "Fields that are left out."),
    ])

    static let pull = PluginSpec(
        "pull", "The handler fetches its events through the handler API.",
        ConfigSpec([
            ConfigField(
                "lease", .duration, default: "60s",
                "How long a fetched event is the caller's before another may fetch it.")
        ]))

    static let deliverFields = [
        ConfigField(
            "events", .list(.string), default: "[]", "Event types, `ticket.opened` or `case.*`; empty means all."),
        ConfigField(
            "retry",
            .object(
                ConfigSpec([
                    ConfigField(
                        "schedule", .list(.duration), default: "[5s, 5m, 30m, 2h, 5h, 10h, 10h]",
                        "Waits between attempts; the last one repeats.")
                ])), default: "{}", "When a delivery fails."),
        ConfigField(
            "batch",
            .object(
                ConfigSpec([
                    ConfigField("size", .integer(1...1000), default: "50", "Events in one request at most."),
                    ConfigField("wait", .duration, default: "200ms", "How long an event waits for others."),
                ])), example: "{ size: 50, wait: 200ms }",
            "Several events in one request; left out, one event a request."),
    ]

    static let eventNames = [
        "ticket.opened", "ticket.revised", "ticket.withdrawn", "ticket.supplemented", "ticket.urged", "ticket.attached",
        "case.*",
    ]
}
