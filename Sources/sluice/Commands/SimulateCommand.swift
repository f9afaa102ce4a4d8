import ArgumentParser
import Foundation
import ServerKit
import SluiceConfig
import SluiceSDK
import SluiceSimulator
import UnixSignals

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "The upstreams of the channels alone, for a gateway that runs elsewhere.",
        discussion: """
            Serves what is polled, pushes what is pushed, and fills folders, each as the channel's own file says. What the
            channels need of their surroundings is written to --environment as lines of NAME='value': read that file where
            the gateway is started. Mailboxes and remote hosts are real servers where they are installed (Dovecot, OpenSSH,
            vsftpd, aiosmtpd), and folders where they are not; it says which. Their addresses, keys and certificates stand
            in --adapted, a copy of the configuration: the gateway runs with that. Ends with --for or on Ctrl-C, prints
            its books, and exits 1 when something was refused.

            EXAMPLES
              sluice simulate --environment sim.env
              set -a; . ./sim.env; set +a; sluice run --config simulated/config
            """)

    @OptionGroup var options: SharedOptions

    @Option(help: ArgumentHelp("Channels to simulate, with commas; all when left out.", valueName: "ids"))
    var channels: String?

    @Option(help: "The gateway that is pushed to.")
    var gateway = "http://127.0.0.1:8080"

    @Option(help: "The port that the upstreams answer on.")
    var port = 9100

    @Option(help: ArgumentHelp("Where files are put.", valueName: "dir"))
    var folder = "simulated"

    @Option(help: ArgumentHelp("Where the variables are written; printed when left out.", valueName: "file"))
    var environment: String?

    @Option(
        help: ArgumentHelp(
            "Where the copy of the configuration is written; left out, 'config' in the folder of the files.",
            valueName: "dir"))
    var adapted: String?

    @Option(name: .customLong("for"), help: ArgumentHelp("End by itself after this time.", valueName: "duration"))
    var duration: String?

    @OptionGroup var simulation: SimulationOptions

    func run() async throws {
        let time = try duration.map { text in
            guard let time = Units.duration(text) else { throw ValidationError("'\(text)' is not a duration") }
            return time
        }
        let own = ProcessInfo.processInfo.environment
        let place = folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
        var plan = EnvironmentPlan()
        try plan.add(
            files: EnvironmentPlan.files(in: options.configFolder, ["hotlines", "web", "profiles"]),
            base: "http://127.0.0.1:\(port)", folder: place, known: own)
        try tell(plan)
        let workspace = try Workspace(
            configFolder: options.configFolder, dataFolder: options.dataFolder,
            environment: own.merging(plan.values) { $1 }, zones: [.external])
        let (channels, books) = (try chosen(workspace), SimulatorBooks())
        let work = try WorkFolder(.simulate)
        defer { work.remove() }
        let hosts = try await started(for: channels, in: place, books)
        let result = await Result.of {
            try copy(workspace, hosts, to: adapted ?? place + "/config")
            let simulator = try Simulator(
                channels, configuration: workspace.configuration, options: try simulation.checked(), hosts: hosts,
                books: books)
            for (channel, reason) in simulator.left { Terminal.error("\(channel) is not simulated: \(reason)") }
            try await simulator.prepare()
            try await simulate(simulator, for: time)
            await simulator.readReplies()
        }
        await hosts.end()
        try result.get()
        print(SimulatorText.text(books))
        if books.channels.contains(where: { books.line($0).refusedMessages > 0 }) { throw ExitCode(1) }
    }

    /// Whoever interrupts it while servers start leaves none behind.
    private func started(
        for channels: [ChannelFile], in place: String, _ books: SimulatorBooks
    ) async throws -> SimulatedHosts {
        do {
            return try await Interruption.watched {
                try await SimulatedHosts.start(for: channels, folder: place + "/hosts", books: books)
            }
        } catch let interruption as Interruption {
            throw ExitCode(interruption.status)
        }
    }

    /// The configuration that leads to the simulated mailboxes and remote hosts.
    private func copy(_ workspace: Workspace, _ hosts: SimulatedHosts, to target: String) throws {
        var changes: [String: (source: ConfigurationCopy.Change?, reply: ConfigurationCopy.Change?)] = [:]
        for channel in workspace.configuration.goodChannels {
            guard let place = hosts.places[channel.id] else { continue }
            changes[channel.path] = (source: Self.edit(place.source), reply: Self.edit(place.reply))
        }
        for line in hosts.servers + hosts.standIns { print(line) }
        guard !changes.isEmpty else { return }
        try ConfigurationCopy.write(options.configFolder, to: target, changes: changes)
        print("\(changes.count) channels find these in a copy of the configuration: sluice run --config \(target)")
    }

    private static func edit(_ change: HostChange?) -> ConfigurationCopy.Change? {
        guard let change else { return nil }
        return { value in change.applied(to: value) }
    }

    private func chosen(_ workspace: Workspace) throws -> [ChannelFile] {
        guard let channels else { return workspace.configuration.goodChannels }
        return try channels.split(separator: ",").map { try workspace.channel(String($0)) }
    }

    private func tell(_ plan: EnvironmentPlan) throws {
        let text = plan.values.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'\n" }.joined()
        guard let environment else { return print(text) }
        // Secrets: nobody else reads them.
        let isMade = FileManager.default.createFile(
            atPath: environment, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isMade else { throw CommandFailure("cannot write '\(environment)'") }
    }

    private func simulate(_ simulator: Simulator, for time: Duration?) async throws {
        let server = SimulatorServer()
        simulator.attach(to: server)
        let isServing = Once<Int>()
        let serving = Task { try await server.run(port: port) { isServing.set($0) } }
        let result = await Result.of {
            _ = try await isServing.value(orEndOf: serving)
            print("\(simulator.channels.count) channels on http://127.0.0.1:\(port), pushing to \(gateway)")
            Terminal.flush()
            await offer(simulator, for: time)
        }
        serving.cancel()
        _ = await serving.result
        try result.get()
    }

    /// Until the time is over or a signal comes.
    private func offer(_ simulator: Simulator, for time: Duration?) async {
        let offering = Task { await simulator.offer(to: gateway) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return } }
            if let time { group.addTask { try? await Task.sleep(for: time) } }
            await group.next()
            group.cancelAll()
        }
        offering.cancel()
        simulator.fallSilent()
        await offering.value
    }
}
