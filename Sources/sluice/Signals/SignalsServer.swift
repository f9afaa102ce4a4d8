import HTTPTypes
import Hummingbird
import ListenerKit
import Logging
import NIOCore
import SluiceSDK

/// `/metrics`, `/healthz`, `/readyz` on a listener of their own.
///
/// `/healthz` says that the process answers; `/readyz` speaks of Sluice, not of its channels: stores that can be
/// written and streams that run.
struct SignalsServer: Sendable {
    let address: ListenAddress
    let zones: [ZoneSignals]
    let logger: Logger
    var onListening: @Sendable (Int) -> Void = { _ in }

    func run() async throws {
        // A scrape says nothing personal, but the address still belongs to nobody outside.
        try address.requireLoopback(unlessBehindProxy: false)
        var quiet = logger
        quiet.logLevel = .critical
        let onListening = onListening
        let application = Application(
            router: router(), configuration: .init(address: .hostname(address.host, port: address.port)),
            onServerRunning: { onListening($0.localAddress?.port ?? 0) }, logger: quiet)
        try await GentleServer.run(application, logger: quiet)
    }

    private func router() -> Router<BasicRequestContext> {
        let (router, zones, logger) = (Router(), zones, logger)
        router.get("/healthz") { _, _ in Self.text(.ok, "ok\n") }
        router.get("/readyz") { _, _ in
            var obstacles: [String] = []
            for zone in zones { obstacles += await zone.obstacles() }
            return Self.text(
                obstacles.isEmpty ? .ok : .serviceUnavailable,
                obstacles.isEmpty ? "ready\n" : obstacles.joined(separator: "\n") + "\n")
        }
        router.get("/metrics") { _, _ in
            do {
                var samples = ProcessSignals.samples()
                for zone in zones { samples += try await zone.all() }
                return Self.text(.ok, MetricsText.text(samples), type: "text/plain; version=0.0.4; charset=utf-8")
            } catch {
                logger.error("metrics cannot be read", metadata: ["error": "\(error)"])
                return Self.text(.internalServerError, "metrics cannot be read; the log says why\n")
            }
        }
        return router
    }

    private static func text(_ status: HTTPResponse.Status, _ body: String, type: String = "text/plain; charset=utf-8")
        -> Response
    {
        Response(status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
