import ArgumentParser

@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "Carries citizen requests from every channel into one ticket, through quarantine, to the handlers.",
        discussion: """
            EXAMPLES
              sluice demo --for 20s           see it work on simulated channels
              sluice check                    lint all configuration
              sluice try hotline-12345 x.json raw file in, canonical ticket out
              sluice run                      all three zones in one process
            """,
        version: Version.current,
        subcommands: [
            RunCommand.self, ExternalCommand.self, RelayCommand.self, InternalCommand.self, CheckCommand.self,
            TestCommand.self, TryCommand.self, PlanCommand.self, ReloadCommand.self, ChannelsCommand.self,
            RejectsCommand.self, RepliesCommand.self, AttachmentsCommand.self,
            QuarantineCommand.self, TicketsCommand.self, HandlersCommand.self,
            ReconcileCommand.self, StoreCommand.self, BoundaryCommand.self, SchemaCommand.self, DocsCommand.self,
            SimulateCommand.self, DemoCommand.self, FailpointsCommand.self,
        ])

    static func main() async {
        MemoryArenas.limit()
        await main(nil)
    }
}

enum Version {
    static let current = "0.1.0"
}
