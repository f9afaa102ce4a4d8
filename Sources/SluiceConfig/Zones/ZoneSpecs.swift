internal import SluiceSDK

/// What may stand in the three zone files.
enum ZoneSpecs {
    static let external = ConfigSpec(
        [
            ConfigField(
                "jurisdiction", .string, required: true, example: "\"370400\"",
                "The administrative division this gateway serves; part of every ticket's id. Quote it: it is a code."),
            timeZone, data("external"), secrets,
            ConfigField("listen", .string, default: "127.0.0.1:8080", "Where upstreams push to."),
            ConfigField(
                "producer", .string, default: "external",
                "What the relay calls this process where several external ones run; the first of them is `external`."),
        ] + served + [
            ConfigField(
                "boundary", border(out: "external-out", in: "relay-external"), default: "{ type: segments }",
                "How batches travel to the relay and back."),
            peers(["relay", "internal"], sealing: true),
            ConfigField(
                "sealing", .choice(["on", "off"]), default: "on",
                "Whether what names a requester is sealed to the internal zone, so that neither the boundary nor the relay can read it. `off` only where a device between the networks has to inspect all content: docs/security.md says what is lost."
            ),
            ConfigField(
                "retention", .duration, default: "30d",
                "How long closed rejects keep their bytes, and replies that a source has taken their text."),
            resendWindow, programs,
        ])

    static let relay = ConfigSpec([
        jurisdiction, timeZone, data("relay"), secrets, signals,
        ConfigField(
            "channels", .map(.choice(ReleasePolicy.allCases.map(\.rawValue))), default: "{\"*\": automatic}",
            "The relay's own list of channels and their policy; `\"*\"` stands for all that are not named. Without `\"*\"`, what is not named is rejected."
        ),
        ConfigField(
            "rules", .list(.object(HoldRule.spec)), default: "[]",
            "What holds a ticket for a person that would go on by itself. Each rule that fires is enough; they may only be stricter than `channels`. Nothing is ever released by time."
        ),
        ConfigField(
            "two_persons", .list(.string), default: "[]", example: "[hotline-12388]",
            "Channels whose held items are released by two different people; `\"*\"` for all."),
        ConfigField("held_alert", .duration, default: "24h", "An item that is held for longer is an alert."),
        WayOut.field,
        ConfigField(
            "boundary",
            .object(
                ConfigSpec([
                    ConfigField(
                        "external", border(out: "relay-external", in: "external-out"), default: "{ type: segments }",
                        "The border with the external zone."),
                    ConfigField(
                        "internal", border(out: "relay-internal", in: "internal-out"), default: "{ type: segments }",
                        "The border with the internal zone."),
                ])), default: "{}", "How batches travel."),
        ConfigField(
            "producers", .map(.object(producer)), default: "{}",
            "Further external processes by name, each with a key, a border and channels of its own. Channels that none of them has are those of `external`."
        ),
        peers(["external", "internal"]),
        ConfigField(
            "attachments", .object(AttachmentLimits.spec), default: "{}",
            "What files may pass, by their content and not by their names; what else comes is rejected, and the ticket goes "
                + "on without it."),
        ConfigField(
            "quarantine", .object(DatabaseUse.recordSpec),
            example: "{ url: \"postgres://db.example:5432/sluice\", tls: { ca: … } }",
            "A PostgreSQL database that gets every batch, item, verdict and receipt before anything is released; while it "
                + "cannot be written nothing is. Left out, quarantine.db alone has them. docs/boundary.md says what it needs."
        ),
        ConfigField("retention", .duration, default: "30d", "How long days stay whose items all have receipts."),
        resendWindow,
    ])

    static let internalZone = ConfigSpec(
        [
            jurisdiction, timeZone, data("internal"), secrets,
            ConfigField("listen", .string, default: "127.0.0.1:8090", "The handler API."),
        ] + served + [
            ConfigField(
                "boundary", border(out: "internal-out", in: "relay-internal"), default: "{ type: segments }",
                "How batches travel to the relay and back."),
            ConfigField(
                "producers", .map(.string), default: "{}", example: "{ external-2: keys/external-2.pub }",
                "Public keys of the further external processes that the relay lists, by name; relative to this zone's `data` folder."
            ),
            peers(["external", "relay"]),
            ConfigField(
                "retention", .duration, example: "730d",
                "How long closed cases stay after their last step; left out, for ever. Identity and counts always stay."
            ),
            resendWindow, programs,
            WayOut.field,
            ConfigField("alerts", .list(.object(alert)), default: "[]", "Where alerts go beside the log."),
        ])

    private static let jurisdiction = ConfigField(
        "jurisdiction", .string, example: "\"370400\"",
        "As in external.yaml; write it where the zones run apart. Tickets of another division are rejected then.")
    private static let timeZone = ConfigField(
        "time_zone", .string, default: "Asia/Shanghai",
        "An IANA name or an offset. Days are counted in it, and dates that name no zone are read in it.")
    private static let resendWindow = ConfigField(
        "resend_window", .duration, default: "7d",
        "How long what the next zone has acknowledged is kept, to be sent again when that zone had to be restored: longer than the time between two of its backups."
    )
    private static let programs = ConfigField(
        "programs", .list(.string), default: "[]", example: "[programs/collect.py]",
        "The programs that `exec` may run, each by its path; a relative one starts in the configuration folder. Name the "
            + "program itself, never an interpreter, which would run anything."
    )
    private static let secrets = ConfigField(
        "secrets", .string, default: "secrets", "The folder of `${file:…}`, relative to the configuration folder.")
    private static let signals = ConfigField(
        "signals", .string, example: "127.0.0.1:9080",
        "Where `/metrics`, `/healthz` and `/readyz` are; left out, nowhere.")

    private static let served = [
        signals,
        ConfigField(
            "behind_proxy", .boolean, default: "false",
            "A proxy in front ends TLS: only then, or with `tls`, may `listen` be another address than loopback."),
        ConfigField(
            "tls", .object(TLSUse.spec),
            example: "{ certificate: certificates/sluice.pem, key: certificates/sluice.key }",
            "The listener speaks TLS 1.2 or 1.3 itself. Paths are relative to the configuration folder; the files are "
                + "read again when they change."),
    ]

    private static let alert = ConfigSpec([
        ConfigField("webhook", .string, required: true, example: "http://10.0.0.9/alerts", "Where to."),
        ConfigField("secret", .secret, example: "${file:alerts}", "Signs the alert as Standard Webhooks do."),
    ])

    private static let producer = ConfigSpec([
        ConfigField(
            "boundary", border(out: "relay-external-2", in: "external-2-out"), required: true,
            example: "{ type: segments, out: …, in: … }", "The border with it."),
        ConfigField(
            "key", .string, example: "keys/external-2.pub",
            "Path of its public key, relative to the relay's `data` folder; `keys/<name>.pub` when left out."),
        ConfigField(
            "channels", .list(.string), required: true, example: "[web-forum, web-mayor-mailbox]",
            "Its share. What it sends of other channels is rejected, and so is what others send of these."),
    ])

    private static func data(_ zone: String) -> ConfigField {
        ConfigField(
            "data", .string, default: "data/\(zone)",
            "Database, keys and control socket; relative to the folder that sluice runs in.")
    }

    private static func border(out: String, in inward: String) -> ConfigType {
        .variant(
            tag: "type",
            [
                ConfigVariant(
                    BoundaryUse.Kind.segments.rawValue, "Signed files, in a folder for each direction.",
                    ConfigSpec([
                        ConfigField("out", .string, default: "data/boundary/\(out)", "The folder this zone writes."),
                        ConfigField("in", .string, default: "data/boundary/\(inward)", "The folder this zone reads."),
                        ConfigField(
                            "one_way", .object(oneWay),
                            "A link that carries files one way alone; written at both of its ends. No acknowledgement comes back: batches stay for a time and are repeated."
                        ),
                    ])),
                ConfigVariant(
                    BoundaryUse.Kind.postgres.rawValue, "Signed rows of a PostgreSQL database.", DatabaseUse.spec),
            ])
    }

    private static let oneWay = ConfigSpec([
        ConfigField("history", .duration, default: "7d", "How long a batch is kept and repeated."),
        ConfigField(
            "repeat", .duration, default: "1h", "How often a batch that the link has taken away is laid out again."),
    ])

    private static func peers(_ names: [String], sealing: Bool = false) -> ConfigField {
        let certificate = ConfigField(
            "sealing", .string, example: "keys/sealing.crt",
            "Path of the internal zone's sealing certificate, relative to this zone's `data` folder; `keys/sealing.crt` when left out."
        )
        let keys = names.map {
            ConfigField(
                $0, .string, example: "keys/\($0).pub",
                "Path of the \($0) zone's public key, relative to this zone's `data` folder; `keys/\($0).pub` when left out."
            )
        }
        return ConfigField(
            "peers", .object(ConfigSpec(keys + (sealing ? [certificate] : []))), default: "{}",
            "Whose signatures count. `sluice boundary keys` puts the keys there where it reads all three zones' files.")
    }
}
