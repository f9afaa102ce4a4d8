import Foundation
import Logging
import ServerKit
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceSimulator

/// The whole of Sluice between simulated upstreams and simulated handlers, on loopback, in a folder that goes away.
struct Demo: Sendable {
    private let configFolder: String
    private let folder: String
    private let work: WorkFolder
    private let options: Simulator.Options
    private let books = DemoBooks()
    private let clock: @Sendable () -> Timestamp = { .now() }

    /// How long the last tickets and replies may take once the upstreams are silent.
    private static let settleTime = Duration.seconds(60)

    init(configFolder: String, options: Simulator.Options) throws {
        self.configFolder = configFolder
        self.options = options
        work = try WorkFolder(.demo)
        folder = work.path
    }

    func removeFolder() { work.remove() }

    /// Ends early when its task is cancelled. However it ends, nothing of it runs any more.
    func run(for time: Duration) async throws {
        let start = ContinuousClock.now
        let server = SimulatorServer(clock: clock)
        let handlers = DemoHandlers(books: books, clock: clock)
        let (upstreamPort, peerPort) = (Once<Int>(), Once<Int>())
        let serving = Task {
            try await Parts.run([
                { try await server.run { upstreamPort.set($0) } }, { try await handlers.serve { peerPort.set($0) } },
            ])
        }
        let result = await Result.of {
            let upstreamBooks = SimulatorBooks()
            let prepared = try await prepare(
                upstreams: try await upstreamPort.value(orEndOf: serving),
                peers: try await peerPort.value(orEndOf: serving), upstreamBooks)
            let result = await Result.of {
                let simulator = try Simulator(
                    prepared.workspace.configuration.goodChannels, configuration: prepared.workspace.configuration,
                    options: options, hosts: prepared.hosts, books: upstreamBooks, clock: clock)
                simulator.attach(to: server)
                try await run(prepared, simulator, handlers, from: start, for: time)
            }
            await prepared.hosts.end()
            try result.get()
        }
        serving.cancel()
        _ = await serving.result
        try result.get()
    }

    private func run(
        _ prepared: Prepared, _ simulator: Simulator, _ handlers: DemoHandlers, from start: ContinuousClock.Instant,
        for time: Duration
    ) async throws {
        try await DemoTables.make(for: prepared.workspace.configuration.handlers)
        try await simulator.prepare()
        let zones = try ZoneSet(prepared.workspace, ports: 0, logLevel: options.misbehaves ? .error : .warning)
        let (gatewayPort, handlerPort) = (Once<Int>(), Once<Int>())
        let running = Task {
            try await zones.run(onListening: { gatewayPort.set($0) }, onHandlerAPI: { handlerPort.set($0) })
        }
        let result = await Result.of {
            let gateway = "http://127.0.0.1:\(try await gatewayPort.value(orEndOf: running))"
            handlers.connect(
                prepared.workspace.configuration.handlers,
                to: "http://127.0.0.1:\(try await handlerPort.value(orEndOf: running))")
            // Those who fetch are known now.
            let handling = Task { await handlers.handle() }
            defer { handling.cancel() }
            let screen = DemoScreen(
                simulator: simulator, books: books, stores: zones.stores,
                configuration: prepared.workspace.configuration, start: start)
            screen.announce(gateway: gateway, hosts: prepared.hosts)
            try await show(screen, simulator, gateway, for: time)
        }
        running.cancel()
        _ = await running.result
        try result.get()
    }

    private func show(
        _ screen: DemoScreen, _ simulator: Simulator, _ gateway: String, for time: Duration
    ) async throws {
        let offering = Task { await simulator.offer(to: gateway) }
        let watched = await Result.of { try await watch(screen, for: time) }
        offering.cancel()
        simulator.fallSilent()
        await offering.value
        try watched.get()
        try await settle(screen)
        let problems = try await screen.summary()
        if !problems.isEmpty { throw CommandFailure("the books do not balance:\n" + problems.joined(separator: "\n")) }
    }

    private struct Prepared {
        var workspace: Workspace
        var hosts: SimulatedHosts
    }

    /// Everything that the configuration asks of its surroundings: addresses, folders, secrets, keys.
    private func prepare(upstreams: Int, peers: Int, _ upstreamBooks: SimulatorBooks) async throws -> Prepared {
        var plan = EnvironmentPlan()
        try plan.add(
            files: EnvironmentPlan.files(in: configFolder, ["hotlines", "web", "profiles"]),
            base: "http://127.0.0.1:\(upstreams)", folder: folder + "/files")
        try plan.add(
            files: EnvironmentPlan.files(in: configFolder, ["handlers"]), base: "http://127.0.0.1:\(peers)",
            folder: folder + "/handlers")
        let read = try Workspace(
            configFolder: configFolder, dataFolder: folder + "/data",
            environment: ProcessInfo.processInfo.environment.merging(plan.values) { $1 })
        for issue in read.configuration.errors { Terminal.error("\(issue)") }
        // Everything else that can fail comes first: who has started servers has to end them.
        _ = try Workspace(configuration: read.configuration, dataFolder: folder + "/data").prepareKeys()
        let hosts = try await SimulatedHosts.start(
            for: read.configuration.goodChannels, folder: folder + "/hosts", books: upstreamBooks)
        let tuned = DemoConfiguration(read.configuration, hosts: hosts)
        return Prepared(
            workspace: Workspace(configuration: tuned.configuration, dataFolder: folder + "/data"), hosts: hosts)
    }

    private func watch(_ screen: DemoScreen, for time: Duration) async throws {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            try await Task.sleep(for: min(.seconds(1), end - .now))
            try await screen.progress()
        }
    }

    /// Waits until everything that was offered is delivered and every reply is back.
    private func settle(_ screen: DemoScreen) async throws {
        let end = ContinuousClock.now + Self.settleTime
        while ContinuousClock.now < end, try await !screen.isSettled() {
            try await Task.sleep(for: .seconds(1))
            try await screen.progress()
        }
    }
}
