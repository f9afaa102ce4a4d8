import ArgumentParser
import SluiceConfig
import SluiceSDK

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "JSON Schema for editors and validators.",
        discussion: """
            EXAMPLE
              sluice schema channel > channel.schema.json
            """)

    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case channel, handler, external, relay, `internal`, intake
    }

    @Argument(help: "channel, handler, external, relay, internal or intake.")
    var subject: Subject

    func run() throws {
        let document = subject == .intake ? IntakeTicket.jsonSchema() : configSchema()
        print(JSONDifference.pretty(try JSONDocument.parse(document).root))
    }

    private func configSchema() -> [UInt8] {
        ConfigSchema.jsonSchema(
            for: ConfigSchema.Subject(rawValue: subject.rawValue) ?? .channel, specs: PluginCatalog.specs)
    }
}
