public import SluiceSDK

/// Writes each reply as a file into a folder that the source empties.
public struct DirectoryReplySender: ReplySender {
    public static let spec = PluginSpec(
        "directory", "Writes each reply as a file into a folder.",
        ConfigSpec(
            FileDrop.fields + [
                ConfigField(
                    "name", .template, default: "\"{reply.id}\"", example: "\"{external_id}-{reply.id}.json\"",
                    "The file's name. Values are made safe for it: what is no letter, digit, `-`, `_` or inner dot is "
                        + "percent-encoded."),
                ConfigField(
                    "body", .object(BodyTemplate.spec(example: "external_id")), required: true,
                    example: "{ json: { id: \"{external_id}\" } }", "What stands in the file."),
                ConfigField(
                    "charset", .string, default: "utf-8", example: "gb18030", "How the file's text is encoded."),
                ReplyDates.field,
            ]))

    private let drop: FileDrop
    private let name: Template
    private let body: BodyTemplate
    private let charset: Charset
    private let dates: ReplyDates

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        drop = try FileDrop(config, label: context.channelID)
        name = try FileName.template(
            config.optional("name") ?? ConfigValue("{reply.id}"), allowed: ReplyFacts.names, code: "directory.name")
        body = try BodyTemplate(config.object("body"), allowed: ReplyFacts.names, code: "directory.body")
        charset = try Charset(config)
        dates = try ReplyDates([name] + body.templates, config)
    }

    public func draft(_ reply: Reply) throws -> ReplyDraft? { try written(reply) }

    /// The same reply makes the same file, which then takes its own place.
    public func send(_ reply: Reply) async throws -> SourceAnswer {
        let file = try written(reply)
        try await drop.put(file.body, named: file.target, replaces: name.names.contains("reply.id"))
        return SourceAnswer(status: nil, excerpt: String("written as \(file.target)".prefix(500)))
    }

    private func written(_ reply: Reply) throws -> ReplyDraft {
        let facts = ReplyFacts(reply, dates: dates)
        let name = try FileName.render(name, code: "directory.name", value: facts.value)
        let text = body.bytes(value: facts.value)
        guard !charset.isUTF8 else { return ReplyDraft(target: name, body: text) }
        guard let bytes = try? charset.encode(String(decoding: text, as: UTF8.self)) else {
            throw PluginError(
                .rejected, "directory.charset",
                "the reply holds a character that \(charset) does not have; write 'charset: gb18030', which has them all"
            )
        }
        return ReplyDraft(target: name, body: bytes)
    }
}
