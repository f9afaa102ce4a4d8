import ArgumentParser
import Logging
import ServiceLifecycle
import SluiceConfig
import SluiceSDK
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the three zones in one process.",
        discussion: """
            Channels whose configuration has errors are left out and named; the others run. Ends on SIGTERM or SIGINT
            after what is in hand. Make the keys first: sluice boundary keys.

            EXAMPLES
              sluice boundary keys && sluice run
              sluice run --config /etc/sluice --data /var/lib/sluice
            """)

    @OptionGroup var options: SharedOptions

    @Option(help: "trace, debug, info, notice, warning or error.", transform: LogLevel.parse)
    var logLevel = Logger.Level.info

    func run() async throws {
        let workspace = try Workspace(options)
        let logger = Logger.zone("sluice", level: logLevel)
        for issue in workspace.configuration.issues {
            logger.log(level: issue.severity == .error ? .error : .warning, "\(issue)")
        }
        FileLimit.raise()
        let zones = try ZoneSet(workspace, logLevel: logLevel)
        let service = ZoneService(zones: zones)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger.zone("sluice", level: .warning)))
        try await group.run()
        logger.info("stopped")
    }
}

/// Turns a signal into the cancellation that every part of a zone understands.
private struct ZoneService: Service {
    let zones: ZoneSet

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await zones.run() }
        } catch is CancellationError {
            // Asked to stop.
        }
    }
}
