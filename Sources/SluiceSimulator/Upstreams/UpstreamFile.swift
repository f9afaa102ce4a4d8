internal import Foundation
internal import SluiceConfig
internal import SluiceSDK

/// `samples/<channel>/upstream.yaml`: one record as that upstream writes it. How it travels stands in the channel's own
/// file.
struct UpstreamFile: Sendable {
    let channelID: String
    let topics: [String]
    let number: Template
    /// Placeholder to (plain value to the upstream's code).
    let codes: [String: [String: String]]
    /// Documents that are packed into a text of the record, in order.
    let packs: [ConfigEntry]
    let record: ConfigValue
    /// Members that stand around the records of a JSON message.
    let envelope: ConfigValue?
    /// A whole message with `{records}` in it, where the format's own frame is not enough.
    let message: Template?
    /// The whole answer to a reply, where the channel's `success` does not say it.
    let answer: String?
    /// Of its mails; everything else is written as the channel's `format` says.
    let charset: Charset
    /// Lines above a table's header.
    let preamble: [String]
    let file: Template
    /// Records of one message.
    let batch: Int

    static let spec = ConfigSpec([
        ConfigField(
            "topics", .list(.string), required: true, "What its people speak of: keys of samples/phrases.yaml."),
        ConfigField("number", .template, default: "\"{date}{sequence}\"", "How it numbers its matters."),
        ConfigField("codes", .map(.map(.string)), default: "{}", "Its own codes, by placeholder and plain value."),
        ConfigField(
            "pack", .map(.any), default: "{}", "Documents packed into a text; each is a placeholder of its name."),
        ConfigField("record", .any, required: true, "One record: a map for JSON, CSV and mail, text for XML."),
        ConfigField("envelope", .any, "Members around the records of a JSON message."),
        ConfigField("message", .template, "The whole message, with {records}."),
        ConfigField("answer", .string, "What it answers to a reply."),
        ConfigField("charset", .string, default: "utf-8", "What its mails are written in."),
        ConfigField("preamble", .list(.string), default: "[]", "Lines above a table's header."),
        ConfigField("file", .template, "Its files' names, with {sequence}."),
        ConfigField("batch", .integer(1...1000), default: "1", "Records of one message."),
    ])

    static func path(_ channelID: String, in folder: String) -> String {
        "\(folder)/samples/\(channelID)/upstream.yaml"
    }

    static func isThere(_ channelID: String, in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: path(channelID, in: folder))
    }

    /// - Throws: `ConfigIssues` or `ConfigIssue`.
    init(channelID: String, folder: String) throws {
        self.channelID = channelID
        let written = try YAMLFile.read(Self.path(channelID, in: folder))
        var decoder = ConfigDecoder()
        let config = Config(decoder.decode(written, as: Self.spec, named: "upstream"))
        if !decoder.issues.isEmpty { throw ConfigIssues(decoder.issues) }
        topics = try config.strings("topics")
        number = try Template(config.required("number"), allowed: ["sequence", "date", "run", "town_code"])
        codes = Dictionary(
            uniqueKeysWithValues: (config.optional("codes")?.entries ?? []).map { entry in
                let pairs = (entry.value.entries ?? []).map { ($0.key, $0.value.text ?? "") }
                return (entry.key, Dictionary(pairs) { first, _ in first })
            })
        packs = config.optional("pack")?.entries ?? []
        record = try config.required("record")
        envelope = config.optional("envelope")
        message = try config.optional("message").map { try Template($0) }
        answer = try config.optionalString("answer")
        charset = Charset(try config.string("charset")) ?? .utf8
        preamble = try config.strings("preamble")
        file = try Template(config.optional("file")?.text ?? "export-{sequence}.{ending}")
        batch = try config.integer("batch")
    }
}
