import ArgumentParser
import Logging
import SluiceConfig

struct ExternalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "external", abstract: "Runs the external zone alone: channels in, replies out.",
        discussion: """
            Reads external.yaml, the channels and their secrets, nothing else. Needs its own key and the public keys of
            the relay and of the internal zone (docs/three-users.md). Ends on SIGTERM or SIGINT after what is in hand;
            SIGHUP reloads the channels.

            EXAMPLE
              sluice external --config /etc/sluice/external --data /var/lib/sluice
            """)

    @OptionGroup var options: SharedOptions
    @OptionGroup var logging: LogOptions
    @OptionGroup var watching: WatchOptions

    func run() async throws {
        let workspace = try Workspace(options, zones: [.external])
        let node = try ExternalNode(workspace, logLevel: logging.level)
        try await ZoneService.serve(workspace, logLevel: logging.level) {
            let signals = SignalsPlan([(node.signalsAddress, node.signals)], logger: Logger.zone("signals"))
            try await Parts.run([{ try await node.run(reload: watching.triggers) }] + signals.parts)
        }
    }
}

struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Runs the relay alone: the quarantine between the networks.",
        discussion: """
            Reads relay.yaml, nothing else, and opens no network connection. Needs its own key and the public keys of both
            sides (docs/three-users.md). Ends on SIGTERM or SIGINT after what is in hand.

            EXAMPLE
              sluice relay --config /etc/sluice/relay --data /var/lib/sluice
            """)

    @OptionGroup var options: SharedOptions
    @OptionGroup var logging: LogOptions

    func run() async throws {
        let workspace = try Workspace(options, zones: [.relay])
        let node = try RelayNode(workspace, logLevel: logging.level)
        try await ZoneService.serve(workspace, logLevel: logging.level) {
            let signals = SignalsPlan([(node.signalsAddress, node.signals)], logger: Logger.zone("signals"))
            try await Parts.run([{ try await node.run() }] + signals.parts)
        }
    }
}

struct InternalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "internal", abstract: "Runs the internal zone alone: cases, deliveries, the handler API.",
        discussion: """
            Reads internal.yaml, the handlers and their secrets, nothing else. Needs its own key and the public keys of
            the relay and of the external zone (docs/three-users.md). Ends on SIGTERM or SIGINT after what is in hand.

            EXAMPLE
              sluice internal --config /etc/sluice/internal --data /var/lib/sluice
            """)

    @OptionGroup var options: SharedOptions
    @OptionGroup var logging: LogOptions

    func run() async throws {
        let workspace = try Workspace(options, zones: [.internal])
        let node = try InternalNode(workspace, logLevel: logging.level)
        try await ZoneService.serve(workspace, logLevel: logging.level) {
            let signals = SignalsPlan([(node.signalsAddress, node.signals)], logger: Logger.zone("signals"))
            try await Parts.run([{ try await node.run() }] + signals.parts)
        }
    }
}

struct LogOptions: ParsableArguments {
    @Option(
        name: .customLong("log-level"), help: "trace, debug, info, notice, warning or error.", transform: LogLevel.parse
    )
    var level = Logger.Level.info
}

struct WatchOptions: ParsableArguments {
    @Flag(help: "For development: reload whenever a file of the configuration folder has changed.")
    var watch = false

    var triggers: Set<ReloadTrigger> { watch ? [.signal, .change] : [.signal] }
}
