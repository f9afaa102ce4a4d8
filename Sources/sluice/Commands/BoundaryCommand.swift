import ArgumentParser
import SluiceBoundary
import SluiceConfig
import SluiceSDK

struct BoundaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary", abstract: "The borders between the zones.",
        subcommands: [Keys.self, Check.self, Resume.self])

    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the signing keys that are missing, and hands the public ones to the peers.",
            discussion: """
                Each zone gets a private key (0600) in its own data folder and the public keys of the two others. Nothing
                that is there is overwritten.

                EXAMPLE
                  sluice boundary keys
                """)

        @OptionGroup var options: SharedOptions

        func run() throws {
            let keys = try ZoneKeys(Workspace(options, references: .standIn))
            for folder in keys.zoneFolders { try ZoneStores.prepare(folder) }
            let outcomes = try KeyFiles.prepare(keys.places)
            var table = Table(["zone", "key", "fingerprint"])
            for outcome in outcomes {
                table.add([outcome.zone, outcome.isNew ? "made" : "there already", outcome.fingerprint])
            }
            print(table.text)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Streams that stand still because a batch could not be trusted; exit 1 when there is one.",
            discussion: "Asks the running gateway.")

        @OptionGroup var options: SharedOptions

        func run() async throws {
            let answer = try await BoundaryCommand.call(BoundaryControl.check, [:], options)
            var stops: [JSONElement] = []
            answer["stops"]?.forEachElement { stops.append($0) }
            if stops.isEmpty { return print("all streams run") }
            for stop in stops {
                print("\(stop["stream"]?.string ?? "?") stands still: \(stop["reason"]?.string ?? "")")
            }
            throw ExitCode(1)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets a stopped stream try again, once the cause is mended.",
            discussion: """
                The batch is checked anew: one that still cannot be trusted stops the stream again.

                EXAMPLE
                  sluice boundary resume external-relay
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The stream, as `sluice boundary check` names it.") var stream: String

        func run() async throws {
            _ = try await BoundaryCommand.call(BoundaryControl.resume, ["stream": stream], options)
            print("resumed \(stream)")
        }
    }

    private static func call(_ action: String, _ fields: [String: String], _ options: SharedOptions) async throws
        -> JSONElement
    {
        let workspace = try Workspace(options, references: .standIn)
        let folder = workspace.located(try workspace.relay().data)
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in fields { writer.field(name, value) }
        writer.endObject()
        guard let answer = try await ControlClient(path: folder + "/control.sock").call(action, writer.bytes) else {
            throw CommandFailure("the gateway does not run here: nothing answers on \(folder)/control.sock")
        }
        return answer
    }
}
