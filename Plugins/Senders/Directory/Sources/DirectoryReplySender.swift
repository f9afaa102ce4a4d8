public import SluiceSDK

/// Writes each reply as a file into a folder that the source empties.
public struct DirectoryReplySender: ReplySender {
    public static let spec = PluginSpec(
        "directory", "Writes each reply as a file into a folder.",
        ConfigSpec(
            FileDrop.fields + ReplyFile.fields))

    private let drop: FileDrop
    private let file: ReplyFile

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        drop = try FileDrop(config, label: context.channelID)
        file = try ReplyFile(config, type: "directory")
    }

    public func draft(_ reply: Reply) throws -> ReplyDraft? { try file.written(reply) }

    public func send(_ reply: Reply) async throws -> SourceAnswer {
        let written = try file.written(reply)
        try await drop.put(written.body, named: written.target, replaces: file.takesItsOwnPlace)
        return SourceAnswer(status: nil, excerpt: String("written as \(written.target)".prefix(500)))
    }
}
