import Foundation
import Logging
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import Synchronization

/// The whole of Sluice between simulated upstreams and simulated handlers, on loopback, in a folder that goes away.
struct Demo: Sendable {
    private let configFolder: String
    private let folder: String
    private let rate: Double
    private let secrets = DemoSecrets()
    private let books = DemoBooks()
    private let clock: @Sendable () -> Timestamp = { .now() }

    /// How long the last tickets and replies may take once the upstreams are silent.
    private static let settleTime = Duration.seconds(30)

    init(configFolder: String, rate: Double) throws {
        self.configFolder = configFolder
        self.rate = rate
        folder = NSTemporaryDirectory() + "sluice-demo-" + Hex.encode(secureRandomBytes(4))
        try FileManager.default.createDirectory(atPath: folder + "/12320", withIntermediateDirectories: true)
    }

    func removeFolder() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func run(for time: Duration, seed: UInt64) async throws {
        let peers = DemoPeers(books: books, secrets: secrets, clock: clock)
        let peerPort = Once<Int>()
        let serving = Task { try await peers.serve { peerPort.set($0) } }
        defer { serving.cancel() }
        let zones = try zones(peerPort: try await peerPort.value(orEndOf: serving))

        let (gatewayPort, handlerPort) = (Once<Int>(), Once<Int>())
        let running = Task {
            try await zones.run(onListening: { gatewayPort.set($0) }, onHandlerAPI: { handlerPort.set($0) })
        }
        let gateway = "http://127.0.0.1:\(try await gatewayPort.value(orEndOf: running))"
        peers.connect(to: "http://127.0.0.1:\(try await handlerPort.value(orEndOf: running))")
        let handling = Task { await peers.handle() }
        defer { handling.cancel() }

        let screen = DemoScreen(books: books, stores: zones.stores)
        screen.announce(gateway: gateway)
        let upstreams = DemoUpstreams(
            gateway: gateway, secrets: secrets, csvFolder: folder + "/12320", books: books, clock: clock, rate: rate)
        let offering = Task { await upstreams.run(seed: seed) }
        try await watch(screen, for: time, orUntilEnd: running)
        offering.cancel()
        await offering.value
        try await settle(screen)
        let isBalanced = try await screen.summary()
        running.cancel()
        _ = await running.result
        if !isBalanced { throw CommandFailure("the ledgers do not balance") }
    }

    private func zones(peerPort: Int) throws -> ZoneSet {
        var environment = ProcessInfo.processInfo.environment
        let peers = "http://127.0.0.1:\(peerPort)"
        environment.merge([
            "HOTLINE_12345_KEY": secrets.hotlineKey, "HOTLINE_12345_URL": peers + "/12345",
            "SHANDONG_12345_TOKEN": secrets.provinceToken, "SHANDONG_12345_URL": peers + "/province",
            "HOTLINE_12320_FOLDER": folder + "/12320",
            "SERVICE_CENTRE_URL": peers + "/centre", "SERVICE_CENTRE_SECRET": secrets.centreSecret,
            "SERVICE_CENTRE_TOKEN": secrets.centreToken,
            "DISCIPLINE_URL": peers + "/discipline", "DISCIPLINE_SECRET": secrets.disciplineSecret,
            "DISCIPLINE_TOKEN": secrets.disciplineToken,
        ]) { $1 }
        let workspace = try Workspace(
            configFolder: configFolder, dataFolder: folder + "/data", environment: environment)
        for issue in workspace.configuration.errors { Terminal.error("\(issue)") }
        _ = try KeyFiles.prepare(ZoneKeys.places(workspace.zones().map(workspace.keys)))
        return try ZoneSet(workspace, ports: 0, logLevel: .warning)
    }

    private func watch(_ screen: DemoScreen, for time: Duration, orUntilEnd running: Task<Void, any Error>) async throws
    {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            try await Task.sleep(for: min(.seconds(2), end - .now))
            try await screen.progress()
        }
    }

    /// Waits until everything that was offered is delivered and every reply is back.
    private func settle(_ screen: DemoScreen) async throws {
        let end = ContinuousClock.now + Self.settleTime
        while ContinuousClock.now < end, try await !screen.isSettled() {
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

/// A value that is set once and waited for.
final class Once<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func set(_ value: Value) {
        continuation.yield(value)
        continuation.finish()
    }

    /// - Throws: what the task threw, when it ends before there is a value.
    func value(orEndOf task: Task<Void, any Error>) async throws -> Value {
        let watching = Task {
            _ = await task.result
            continuation.finish()
        }
        defer { watching.cancel() }
        for await value in stream { return value }
        try await task.value
        throw CommandFailure("a part of the demo ended before it began")
    }
}
