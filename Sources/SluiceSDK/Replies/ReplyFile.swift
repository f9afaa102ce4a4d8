/// A reply as a file: what the keys `name`, `body`, `charset` and `dates` of a sender say.
public struct ReplyFile: Sendable {
    public static let fields = [
        ConfigField(
            "name", .template, default: "\"{reply.id}\"", example: "\"{external_id}-{reply.id}.json\"",
            "The file's name. Values are made safe for it: what is no letter, digit, `-`, `_` or inner dot is "
                + "percent-encoded."),
        ConfigField(
            "body", .object(BodyTemplate.spec(example: "external_id")), required: true,
            example: "{ json: { id: \"{external_id}\" } }", "What stands in the file."),
        ConfigField("charset", .string, default: "utf-8", example: "gb18030", "How the file's text is encoded."),
        ReplyDates.field,
    ]

    private let name: Template
    private let body: BodyTemplate
    private let charset: Charset
    private let dates: ReplyDates
    /// The sender's type, with which the codes of its errors begin.
    private let type: String

    /// - Parameter type: the sender's, as in `type: directory`.
    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, type: String) throws {
        self.type = type
        name = try FileName.template(
            config.optional("name") ?? ConfigValue("{reply.id}"), allowed: ReplyFacts.names, code: type + ".name")
        body = try BodyTemplate(config.object("body"), allowed: ReplyFacts.names, code: type + ".body")
        charset = try Charset(config)
        dates = try ReplyDates([name] + body.templates, config)
    }

    /// The same reply makes the same file, which then takes its own place and nobody else's.
    public var takesItsOwnPlace: Bool { name.names.contains("reply.id") }

    /// The file's name, and its bytes.
    /// - Throws: `PluginError` where the name or the text cannot be written so.
    public func written(_ reply: Reply) throws -> ReplyDraft {
        let facts = ReplyFacts(reply, dates: dates)
        let name = try FileName.render(name, code: type + ".name", value: facts.value)
        let text = body.bytes(value: facts.value)
        guard !charset.isUTF8 else { return ReplyDraft(target: name, body: text) }
        guard let bytes = try? charset.encode(String(decoding: text, as: UTF8.self)) else {
            throw PluginError(
                .rejected, type + ".charset",
                "the reply holds a character that \(charset) does not have; write 'charset: gb18030', which has them all"
            )
        }
        return ReplyDraft(target: name, body: bytes)
    }
}
