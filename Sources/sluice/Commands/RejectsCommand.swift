import ArgumentParser
import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK

struct RejectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects", abstract: "What arrived and did not decode or map, with its raw bytes.",
        discussion: """
            EXAMPLES
              sluice rejects list --channel hotline-12345
              sluice rejects show 17
              sluice rejects edit 17 --file mended.json
              sluice rejects replay 17 --by "Zhang Min"
            """,
        subcommands: [List.self, Show.self, Edit.self, Replay.self, Discard.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The newest first.")

        @OptionGroup var options: SharedOptions
        @Option(help: "Only this channel.") var channel: String?
        @Flag(help: "Those that were replayed or discarded too.") var all = false
        @Option(help: "At most so many; says when there are more.") var limit = ListLimit(100)

        func run() async throws {
            let desk = try RejectsCommand.desk(options)
            let rejects = try await limit.rows { try desk?.list(channel: channel, closed: all, limit: $0) ?? [] }
            if options.format == .json {
                var writer = JSONWriter()
                writer.beginArray()
                for reject in rejects { RejectsCommand.write(reject, to: &writer) }
                writer.endArray()
                return print(writer.text)
            }
            if rejects.isEmpty { return print("no rejects") }
            var table = Table([">id", "state", "at", "channel", "origin", ">record", "code", "field", "reason"])
            for reject in rejects {
                let fault = reject.fault
                table.add([
                    String(reject.id), reject.state.rawValue, Timestamps.text(reject.rejectedAt), reject.channelID,
                    reject.origin.shortened(to: 30),
                    fault.record.map(String.init) ?? "-", fault.code, fault.field ?? "-",
                    fault.reason.shortened(to: 70),
                ])
            }
            print(table.text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One reject, with its raw bytes or the latest edited copy. It shows personal data.")

        @OptionGroup var options: SharedOptions
        @Flag(help: "The bytes as they came, not the edited copy.") var original = false
        @Option(help: "Write the bytes into this file: what is sealed is opened inside by `sluice tickets unseal`.")
        var to: String?
        @Argument(help: "Its number, from the list.") var id: Int64

        func run() throws {
            guard let reject = try RejectsCommand.desk(options)?.show(id) else {
                throw CommandFailure("there is no reject \(id)")
            }
            if options.format == .json {
                var writer = JSONWriter()
                RejectsCommand.write(reject, to: &writer)
                return print(writer.text)
            }
            let fault = reject.fault
            let rows = [
                ("reject", String(reject.id)), ("state", reject.state.rawValue), ("channel", reject.channelID),
                ("at", Timestamps.text(reject.rejectedAt)),
                ("origin", reject.origin), ("stage", fault.stage.rawValue),
                ("record", fault.record.map(String.init) ?? "the whole message"),
                ("field", fault.field ?? "-"), ("selector", fault.selector ?? "-"), ("code", fault.code),
                ("reason", fault.reason),
                ("config", reject.configVersion), ("bytes", String(reject.bytes.count)),
            ]
            for (name, value) in rows { print(name.padded(to: 10) + value) }
            for event in reject.events { print(event.line) }
            print("")
            let bytes = original ? reject.bytes : reject.currentBytes
            if let to {
                try Data(bytes).write(to: URL(fileURLWithPath: to))
            } else if reject.isSealed {
                print("sealed: carry it inside with --to FILE, and open it there with `sluice tickets unseal FILE`")
            } else {
                FileHandle.standardOutput.write(Data(bytes))
                print("")
            }
        }
    }

    private static func desk(_ options: SharedOptions) throws -> RejectDesk? {
        let workspace = try Workspace(options, references: .standIn)
        let folder = workspace.located(try workspace.external().data)
        return try StoreAccess.external(folder).map { RejectDesk(store: $0) }
    }

    private static func write(_ reject: Reject, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", reject.id)
        writer.field("state", reject.state.rawValue)
        writer.field("channel", reject.channelID)
        writer.field("at", reject.rejectedAt.rfc3339(in: .shanghai))
        writer.field("origin", reject.origin)
        writer.key("reject")
        SampleDocument.write(reject.fault, to: &writer)
        writer.field("config_version", reject.configVersion)
        writer.field("bytes", reject.bytes.count)
        writer.field("sealed", reject.isSealed)
        writer.endObject()
    }
}

extension RejectEvent {
    fileprivate var line: String {
        let parts = [
            kind.rawValue, "by \(person)", ticketID.map { "ticket \($0)" }, reason, bytes.map { "\($0.count) bytes" },
        ]
        return Timestamps.text(at) + "  " + parts.compactMap { $0 }.joined(separator: ", ")
    }
}
