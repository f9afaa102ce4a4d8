import ArgumentParser
import SluiceBoundary
import SluiceConfig

struct BoundaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary", abstract: "The borders between the zones.", subcommands: [Keys.self])

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
            let outcomes = try KeyFiles.prepare(ZoneKeys(Workspace(options, references: .standIn)).places)
            var table = Table(["zone", "key", "fingerprint"])
            for outcome in outcomes { table.add([outcome.zone, outcome.isNew ? "made" : "there already", outcome.fingerprint]) }
            print(table.text)
        }
    }
}
