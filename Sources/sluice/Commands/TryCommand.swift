import ArgumentParser
import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK

struct TryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try", abstract: "Raw file in, canonical tickets or rejects out; writes nothing.",
        discussion: """
            Prints what samples/<channel>/<case>/expected.json would hold. Exit 1 when a record is rejected.

            EXAMPLES
              sluice try hotline-12345 order.json
              sluice try hotline-12320 export.csv --explain
              sluice try hotline-12345 --reply reply.json
            """)

    @OptionGroup var options: SharedOptions

    @Argument(help: "The channel.")
    var channel: String

    @Argument(help: "Raw files as the channel would receive them.")
    var files: [String] = []

    @Flag(help: "For each field: the selector, the raw value and each step.")
    var explain = false

    @Flag(help: "With --explain: show personal values instead of masks.")
    var personal = false

    @Option(
        help: ArgumentHelp(
            "A reply.json: prints what carries it to the source: the request as a simulated source received it, the file "
                + "with its name, or the letter behind its recipient.",
            valueName: "file"))
    var reply: String?

    func validate() throws {
        if files.isEmpty, reply == nil { throw ValidationError("name a file, or a reply with --reply") }
    }

    func run() async throws {
        if let reply {
            guard let text = try await ReplyTrial(configFolder: options.configFolder).send(reply, of: channel) else {
                throw CommandFailure("\(channel) has no replies")
            }
            print(text, terminator: "")
        }
        try runFiles()
    }

    private func runFiles() throws {
        let workspace = try Workspace(options, references: .standIn)
        let processor = try RecordProcessor(
            try workspace.channel(channel), plugins: PluginCatalog.external, lookups: workspace.configuration.lookups,
            zone: workspace.configuration.external?.timeZone ?? .shanghai)
        var hasRejects = false
        for file in files {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandFailure("cannot read '\(file)'")
            }
            let message = RawMessage(bytes: [UInt8](data), origin: file)
            if explain {
                print(ExplanationText.text(processor.explain(message, showingPersonal: personal)))
            } else {
                let records = processor.process(message)
                hasRejects = hasRejects || records.contains { if case .reject = $0 { true } else { false } }
                print(JSONDifference.pretty(try JSONDocument.parse(SampleDocument.json(records)).root))
            }
        }
        if hasRejects { throw ExitCode(1) }
    }
}
