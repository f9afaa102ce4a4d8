import ArgumentParser
import SluiceConfig
import SluiceSDK

/// Options that every command takes.
struct SharedOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: ArgumentHelp("Folder with the configuration.", valueName: "dir"))
    var configFolder = "channel-configs"

    @Option(name: .customLong("data"), help: ArgumentHelp("Folder for the zones' data.", valueName: "dir"))
    var dataFolder = "data"

    @Option(help: "How results are printed.")
    var format = OutputFormat.text
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// A command's failure, told in one line; exit 1.
struct CommandFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
