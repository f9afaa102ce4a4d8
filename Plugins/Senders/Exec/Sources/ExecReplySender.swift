internal import ExecKit
public import SluiceSDK

/// Hands each reply to a program: one JSON line in, one JSON answer out.
public struct ExecReplySender: ReplySender {
    public static let spec = PluginSpec(
        "exec", "Hands each reply to a program: one JSON line in, one JSON answer out.",
        ConfigSpec(ProgramCall.fields))

    private let call: ProgramCall

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        call = try ProgramCall(config, label: context.channelID, log: context.log)
    }

    /// The program's name, and the line that it would get. Nothing runs: nobody knows what a program does.
    public func draft(_ reply: Reply) throws -> ReplyDraft? {
        ReplyDraft(target: call.name, body: Self.line(reply))
    }

    public func send(_ reply: Reply) async throws -> SourceAnswer {
        try ProgramAnswer(try await call.ask(Self.line(reply))).answer
    }

    /// `{"reply": {…}}` with the names that templates use.
    static func line(_ reply: Reply) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("reply")
        writer.beginObject()
        writer.field("id", reply.id)
        writer.field("ticket_id", reply.ticketID)
        writer.field("channel_id", reply.channelID)
        writer.field("external_id", reply.externalID)
        writer.field("event", reply.event)
        writer.field("status", reply.status)
        writer.field("public_text", reply.publicText)
        writer.field("replied_at", reply.repliedAt)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
