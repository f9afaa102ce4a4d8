import ArgumentParser
import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK

struct AttachmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attachments", abstract: "Files of tickets that are on their way, or will not come.",
        discussion: """
            EXAMPLES
              sluice attachments list --channel hotline-12315
              sluice attachments retry k3v… --by "Zhang Min"
            """,
        subcommands: [List.self, Retry.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The newest first: fetching, ready, sent, failed, rejected.")

        @OptionGroup var options: SharedOptions
        @Option(help: "Only this channel.") var channel: String?
        @Flag(help: "Those that have arrived or were erased too.") var all = false
        @Option(help: "At most so many; says when there are more.") var limit = ListLimit(100)

        func run() async throws {
            let desk = try ExternalAccess(options).store().map { AttachmentDesk(store: $0) }
            let files = try await limit.rows { try desk?.list(channel: channel, all: all, limit: $0) ?? [] }
            if options.format == .json { return print(json(files)) }
            if files.isEmpty { return print("no file is on its way") }
            var table = Table(["attachment", "state", "code", "channel", "ticket", ">bytes", ">attempts", "since"])
            for file in files {
                table.add([
                    file.attachmentID, file.state, file.code ?? "-", file.channelID, file.ticketID,
                    file.size.map(String.init) ?? "-", String(file.attempts), Timestamps.text(file.changedAt),
                ])
            }
            print(table.text)
        }

        private func json(_ files: [KnownAttachment]) -> String {
            var writer = JSONWriter()
            writer.beginArray()
            for file in files {
                writer.beginObject()
                writer.field("attachment", file.attachmentID)
                writer.field("state", file.state)
                writer.field("code", file.code)
                writer.field("channel", file.channelID)
                writer.field("ticket", file.ticketID)
                if let size = file.size { writer.field("bytes", size) }
                writer.field("attempts", file.attempts)
                writer.field("changed_at", file.changedAt.rfc3339(in: .shanghai))
                writer.endObject()
            }
            writer.endArray()
            return writer.text
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Has files that could not be fetched tried again.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "Files, as the list names them.") var attachments: [String]
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()

        func run() async throws {
            let access = try ExternalAccess(options)
            for attachment in attachments {
                _ = try await access.order(ExternalControl.retry, DeskOrder(attachment, by: by)) { store in
                    try await AttachmentDesk(store: store).retry(attachment, by: by)
                    return QuarantineControl.done
                }
                print("file \(attachment) is fetched again")
            }
        }
    }
}
