import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceInternal
import SluiceSDK
import SluiceStore

extension TicketsCommand {
    struct Refused: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the relay released and this side could not admit, and why; exit 1 when there is any.",
            discussion: """
                The external side hears of each and has it on its desk (`sluice rejects`). What was sealed to a key that
                is not here is admitted by itself within seconds of that key being put back into keys/sealing.
                """)

        @OptionGroup var options: SharedOptions
        @Option(help: "At most so many; says when there are more.") var limit = ListLimit(100)

        func run() async throws {
            let workspace = try Workspace(options, references: .standIn, zones: [.internal])
            guard let store = try StoreAccess.internalZone(workspace) else { return print("no tickets yet") }
            let refused = try await limit.rows { try await RefusedDesk(store: store).list(limit: $0) }
            if options.format == .json {
                var writer = JSONWriter()
                writer.beginArray()
                for row in refused {
                    writer.beginObject()
                    writer.field("ticket_id", row.itemID)
                    writer.field("channel", row.channelID)
                    writer.field("code", row.code)
                    writer.field("reason", row.reason)
                    writer.field("at", row.at.rfc3339(in: .shanghai))
                    writer.endObject()
                }
                writer.endArray()
                print(writer.text)
            } else if refused.isEmpty {
                print("nothing is refused")
            } else {
                var table = Table(["ticket", "channel", "at", "code", "reason"])
                for row in refused {
                    table.add([row.itemID, row.channelID, Timestamps.text(row.at), row.code, row.reason])
                }
                print(table.text)
            }
            if !refused.isEmpty { throw ExitCode(1) }
        }
    }

    struct Unseal: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Opens a raw message that the external side keeps sealed. It shows personal data.",
            discussion: """
                EXAMPLE
                  sluice rejects show 17 --to reject-17.der          (external side)
                  sluice tickets unseal reject-17.der                (internal side)
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The file.") var file: String

        func run() throws {
            let workspace = try Workspace(options, references: .standIn, zones: [.internal])
            guard let opener = try workspace.opener() else {
                throw CommandFailure("the internal zone has no sealing keys; `sluice boundary keys` makes them")
            }
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandFailure("\(file) cannot be read")
            }
            FileHandle.standardOutput.write(Data(try opener.open([UInt8](data))))
            print("")
        }
    }
}
