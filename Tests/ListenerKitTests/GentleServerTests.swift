import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import ListenerKit

@Suite struct GentleServerTests {
    /// Runs until it is told to end, or for ever.
    private final class Server: Service {
        enum Manner: Sendable { case gentle, deaf, failing }
        struct Fault: Error {}

        let manner: Manner
        let isRunning = Mutex(false)
        let isCancelled = Mutex(false)

        init(_ manner: Manner) { self.manner = manner }

        func run() async throws {
            isRunning.withLock { $0 = true }
            if manner == .failing { throw Fault() }
            let (bell, continuation) = AsyncStream<Void>.makeStream()
            let manner = manner
            await withGracefulShutdownHandler {
                await withTaskCancellationHandler {
                    for await _ in bell {}
                } onCancel: {
                    isCancelled.withLock { $0 = true }
                }
            } onGracefulShutdown: {
                if manner == .gentle { continuation.finish() }
            }
        }
    }

    /// What runs a server: a zone.
    private final class Zone: Service {
        let server: Server
        let logger: Logger
        let hasReturned = Mutex(false)

        init(_ server: Server, _ logger: Logger) { (self.server, self.logger) = (server, logger) }

        func run() async throws {
            try await GentleServer.run(server, logger: logger)
            hasReturned.withLock { $0 = true }
        }
    }

    private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func cancelOnceRunning(_ server: Server, grace: Duration) async throws {
        let quiet = quiet
        let task = Task { try await GentleServer.run(server, grace: grace, logger: quiet) }
        while !server.isRunning.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        task.cancel()
        try await task.value
    }

    @Test func aServerThatEndsByItselfIsWaitedFor() async throws {
        let server = Server(.gentle)
        try await cancelOnceRunning(server, grace: .seconds(3600))
        #expect(!server.isCancelled.withLock { $0 })
    }

    /// Cancelled, SwiftNIO would end the process over a connection that was accepted and not taken up.
    @Test func aServerThatDoesNotEndIsLeftAloneAndNeverCancelled() async throws {
        let server = Server(.deaf)
        try await cancelOnceRunning(server, grace: .milliseconds(20))
        #expect(!server.isCancelled.withLock { $0 })
    }

    /// The zone takes a server that ends before it is cancelled for broken.
    @Test func theShutdownOfWhoeverRunsItIsNotItsOwn() async throws {
        let zone = Zone(Server(.gentle), quiet)
        let group = ServiceGroup(configuration: .init(services: [.init(service: zone)], logger: quiet))
        let running = Task { try await group.run() }
        while !zone.server.isRunning.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
        await group.triggerGracefulShutdown()
        // Time in which it could go wrong.
        try await Task.sleep(for: .milliseconds(200))
        #expect(!zone.hasReturned.withLock { $0 })
        running.cancel()
        _ = await running.result
        #expect(zone.hasReturned.withLock { $0 })
    }

    @Test func aServerThatFailsSaysSo() async throws {
        await #expect(throws: Server.Fault.self) { try await GentleServer.run(Server(.failing), logger: quiet) }
    }
}
