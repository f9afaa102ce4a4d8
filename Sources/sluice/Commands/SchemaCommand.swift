import ArgumentParser
import SluiceConfig
import SluiceInternal
import SluiceSDK

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "JSON Schema for editors and validators.",
        discussion: """
            EXAMPLE
              sluice schema channel > channel.schema.json
            """)

    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case channel, handler, external, relay, `internal`, intake, ticket
    }

    @Argument(help: "channel, handler, external, relay, internal, intake or ticket.")
    var subject: Subject

    func run() throws {
        print(JSONDifference.pretty(try JSONDocument.parse(document()).root))
    }

    private func document() -> [UInt8] {
        switch subject {
        case .intake: IntakeTicket.jsonSchema()
        case .ticket: TicketSchema.json()
        default: configSchema()
        }
    }

    private func configSchema() -> [UInt8] {
        ConfigSchema.jsonSchema(
            for: ConfigSchema.Subject(rawValue: subject.rawValue) ?? .channel, specs: PluginCatalog.specs)
    }
}
