import Logging
import ServiceLifecycle
import SluiceConfig
import SluiceSDK
import UnixSignals

/// Turns a signal into the cancellation that every part of a zone understands.
struct ZoneService: Service {
    private let body: @Sendable () async throws -> Void

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown(body)
        } catch is CancellationError {
            // Asked to stop.
        }
    }

    /// Names what is wrong with the configuration, then runs until SIGTERM or SIGINT.
    static func serve(
        _ workspace: Workspace, logLevel: Logger.Level, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let logger = Logger.zone("sluice", level: logLevel)
        for issue in workspace.configuration.issues {
            logger.log(level: issue.severity == .error ? .error : .warning, "\(issue)")
        }
        FileLimit.raise()
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: ZoneService(body: body))], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger.zone("sluice", level: .warning)))
        try await group.run()
        logger.info("stopped")
    }
}
