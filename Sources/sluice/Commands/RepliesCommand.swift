import ArgumentParser
import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK

struct RepliesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replies", abstract: "Replies that the sources have not acknowledged.",
        discussion: """
            EXAMPLES
              sluice replies list --channel hotline-12345
              sluice replies resend r-17 --by "Zhang Min"
            """,
        subcommands: [List.self, Resend.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Oldest first: waiting, failed, unknown.")

        @OptionGroup var options: SharedOptions
        @Option(help: "Only this channel.") var channel: String?
        @Option(help: "At most so many; says when there are more.") var limit = ListLimit(100)

        func run() async throws {
            let desk = try ExternalAccess(options).store().map { ReplyDesk(store: $0) }
            let replies = try await limit.rows { try desk?.open(channel: channel, limit: $0) ?? [] }
            if options.format == .json { return print(json(replies)) }
            if replies.isEmpty { return print("no reply waits") }
            var table = Table(["reply", "state", "channel", "ticket", "event", ">attempts", "last error"])
            for reply in replies {
                table.add([
                    reply.replyID, reply.state, reply.channelID, reply.ticketID, reply.event, String(reply.attempts),
                    reply.lastError?.shortened(to: 60) ?? "",
                ])
            }
            print(table.text)
        }

        private func json(_ replies: [OpenReply]) -> String {
            var writer = JSONWriter()
            writer.beginArray()
            for reply in replies {
                writer.beginObject()
                writer.field("reply", reply.replyID)
                writer.field("state", reply.state)
                writer.field("channel", reply.channelID)
                writer.field("ticket", reply.ticketID)
                writer.field("event", reply.event)
                writer.field("attempts", reply.attempts)
                writer.field("last_error", reply.lastError)
                writer.endObject()
            }
            writer.endArray()
            return writer.text
        }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts replies that failed, or whose end is unknown, back to waiting, under their old ids.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "Replies, as the list names them.") var replies: [String]
        @Option(help: "Who decides; it is recorded.") var by = NSUserName()

        func run() async throws {
            let access = try ExternalAccess(options)
            let zone = try access.workspace.external().timeZone
            for reply in replies {
                _ = try await access.order(ExternalControl.resend, DeskOrder(reply, by: by)) { store in
                    try await ReplyDesk(store: store).resend(reply, by: by, zone: zone)
                    return QuarantineControl.done
                }
                print("reply \(reply) waits to be sent again")
            }
        }
    }
}
