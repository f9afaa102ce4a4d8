import ArgumentParser
import Logging

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the three zones in one process.",
        discussion: """
            Channels whose configuration has errors are left out and named; the others run. Ends on SIGTERM or SIGINT
            after what is in hand; SIGHUP reloads the channels. Make the keys first: sluice boundary keys.

            EXAMPLES
              sluice boundary keys && sluice run
              sluice run --config /etc/sluice --data /var/lib/sluice
            """)

    @OptionGroup var options: SharedOptions

    @OptionGroup var logging: LogOptions
    @OptionGroup var watching: WatchOptions

    func run() async throws {
        let workspace = try Workspace(options)
        let zones = try ZoneSet(workspace, logLevel: logging.level)
        try await ZoneService.serve(workspace, logLevel: logging.level) {
            try await zones.run(reload: watching.triggers)
        }
    }
}
