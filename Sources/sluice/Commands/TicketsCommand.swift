import ArgumentParser
import SluiceConfig
import SluiceInternal
import SluiceSDK

struct TicketsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tickets", abstract: "Tickets on the internal side.",
        discussion: """
            An ID is a ticket id, the source's own number, or the number given on admission.

            EXAMPLES
              sluice tickets search 电梯
              sluice tickets show ZX20260105000123
              sluice tickets trace ZX20260105000123
              sluice tickets refused
            """,
        subcommands: [Search.self, Show.self, Trace.self, Refused.self, Erase.self, Unseal.self])

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Newest first; without a text, the newest tickets.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "Text in a number or anywhere in the ticket.") var text: String?
        @Option(help: "At most so many; says when there are more.") var limit = ListLimit(20)

        func run() async throws {
            guard let desk = try TicketsCommand.desk(options) else { return print("no tickets yet") }
            let found = try await limit.rows {
                if let text { try await desk.search(text, limit: $0) } else { try await desk.latest($0) }
            }
            if options.format == .json { return print(TicketsCommand.json(found)) }
            if found.isEmpty { return print("no tickets") }
            var table = Table(["ticket", "number", "channel", "source's number", "status", "owner", "title"])
            for ticket in found {
                table.add([
                    ticket.ticketID, ticket.number, ticket.channelID, ticket.externalID.shortened(to: 24),
                    ticket.status.rawValue,
                    ticket.owner, ticket.title?.shortened(to: 40) ?? "",
                ])
            }
            print(table.text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The ticket document; personal fields are masked.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "A ticket id, a source's number or our number.") var id: String
        @Flag(help: "Show personal fields unmasked.") var personal = false

        func run() async throws {
            guard let desk = try TicketsCommand.desk(options) else { throw CommandFailure("no tickets yet") }
            for ticket in try await TicketsCommand.found(id, desk) {
                guard let document = try await desk.document(ticket.ticketID, showsPersonal: personal) else { continue }
                print(JSONDifference.pretty(try JSONDocument.parse(document).root))
            }
        }
    }

    struct Trace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every step of a ticket, in both directions.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "A ticket id, a source's number or our number.") var id: String

        func run() async throws {
            guard let desk = try TicketsCommand.desk(options) else { throw CommandFailure("no tickets yet") }
            for ticket in try await TicketsCommand.found(id, desk) {
                print("\(ticket.ticketID)  \(ticket.channelID) \(ticket.externalID)")
                var table = Table(["at", "step", "by", "detail"])
                for step in try await desk.trace(ticket.ticketID) {
                    table.add([Timestamps.text(step.at), step.step, step.actor, step.detail.shortened(to: 90)])
                }
                print(table.text)
            }
        }
    }

    private static func desk(_ options: SharedOptions) throws -> TicketDesk? {
        let workspace = try Workspace(options, references: .standIn)
        let zone = try workspace.internalZone().timeZone
        return try StoreAccess.internalZone(workspace).map { TicketDesk(store: $0, zone: zone) }
    }

    static func found(_ id: String, _ desk: TicketDesk) async throws -> [TicketSummary] {
        let found = try await desk.find(id)
        if found.isEmpty {
            throw CommandFailure("there is no ticket '\(id)'; `sluice tickets search TEXT` finds by text")
        }
        return found
    }

    private static func json(_ tickets: [TicketSummary]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for ticket in tickets {
            writer.beginObject()
            writer.field("ticket_id", ticket.ticketID)
            writer.field("number", ticket.number)
            writer.field("channel_id", ticket.channelID)
            writer.field("external_id", ticket.externalID)
            writer.field("status", ticket.status.rawValue)
            writer.field("owner", ticket.owner)
            writer.field("revision", ticket.revision)
            writer.field("title", ticket.title)
            writer.endObject()
        }
        writer.endArray()
        return writer.text
    }
}
