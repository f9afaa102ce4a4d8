internal import CurlKit
public import SluiceSDK

/// Answers the citizen's letter by e-mail, in its thread.
public struct MailReplySender: ReplySender {
    public static let spec = PluginSpec(
        "mail", "Answers by e-mail (SMTP), in the thread of the letter.",
        ConfigSpec(
            MailRelay.fields + [
                ConfigField(
                    "from", .string, required: true, example: "hotline@city.example",
                    "The sender's address; answers to the answer come here."),
                ConfigField("from_name", .string, example: "市民热线", "The name beside it."),
                ConfigField(
                    "subject", .template, default: "\"Re: {subject}\"", example: "\"答复：{subject}\"",
                    "The subject. `{subject}` is the letter's own, without the `Re:` that stands before it."),
                ConfigField(
                    "body", .template, default: "\"{reply.public_text}\"",
                    example: "\"{reply.public_text}\\n\\n受理编号：{ticket_id}\"", "The text, plain."),
                ConfigField(
                    "remember", .object(RememberedOrigin.spec),
                    example: "{ to: $.email, subject: $.title }",
                    "What is remembered of a letter when it comes in, as selectors of the channel's format. Left out: "
                        + "what the format `email` calls them."),
                ConfigField(
                    "most_in_thread", .integer(1...100), default: "5",
                    "After so many answers of ours in one thread, none is sent any more: two machines may be talking."),
                ConfigField(
                    "zone", .string, default: "Asia/Shanghai", example: "+08:00", "The zone of the letter's date."),
            ]))

    private let relay: MailRelay
    private let writer: LetterWriter
    private let guardian: LoopGuard

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        relay = try MailRelay(config)
        let sender = try MailAddress(config)
        writer = try LetterWriter(config, from: sender)
        guardian = LoopGuard(own: sender.address, most: try config.optionalInteger("most_in_thread") ?? 5)
    }

    public static func remembered(_ config: Config) throws -> [OriginValue] {
        try RememberedOrigin.values(config)
    }

    public func draft(_ reply: Reply) throws -> ReplyDraft? {
        let letter = try written(reply)
        return ReplyDraft(target: letter.recipient, body: letter.bytes)
    }

    public func send(_ reply: Reply) async throws -> SourceAnswer {
        let letter = try written(reply)
        return try await relay.send(letter.bytes, from: writer.from.address, to: letter.recipient)
    }

    /// - Throws: `PluginError` for a letter that nobody would read, or that two machines would go on answering.
    private func written(_ reply: Reply) throws -> (bytes: [UInt8], recipient: String) {
        let thread = MailThread(reply.origin)
        let recipient = try guardian.recipient(of: thread)
        return (writer.letter(reply, thread, to: recipient), recipient)
    }
}
