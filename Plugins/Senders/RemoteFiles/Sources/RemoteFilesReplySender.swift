internal import CurlKit
public import SluiceSDK

/// Puts each reply as a file into a folder of an SFTP, FTP or FTPS server, which the source empties.
public struct RemoteFilesReplySender: ReplySender {
    public static let spec = PluginSpec(
        "remote-files", "Puts each reply as a file into a folder of an SFTP, FTP or FTPS server.",
        ConfigSpec(
            FileServer.fields + ReplyFile.fields + [
                ConfigField(
                    "timeout", .duration, default: "60s",
                    "For one file, from the look-up of the server's name to its answer.")
            ]))

    private let drop: RemoteDrop
    private let file: ReplyFile

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        drop = try RemoteDrop(config)
        file = try ReplyFile(config, type: "remote-files")
    }

    public func draft(_ reply: Reply) throws -> ReplyDraft? { try file.written(reply) }

    public func send(_ reply: Reply) async throws -> SourceAnswer {
        let written = try file.written(reply)
        try await drop.put(written.body, named: written.target, replaces: file.takesItsOwnPlace)
        return SourceAnswer(status: nil, excerpt: String("written as \(written.target)".prefix(500)))
    }
}
