package import Logging
package import ServiceLifecycle

/// Ends a server by shutting its door, not by cancelling it.
///
/// A connection that SwiftNIO has accepted and nobody has taken up when the server's task is cancelled ends the whole
/// process ("Deinited NIOAsyncWriter without calling finish()"): a zone with busy callers would answer SIGTERM
/// with a trap.
package enum GentleServer {
    /// For requests that are open when it is to end. Nothing is accepted any more then, and cancelling is harmless.
    private static let grace = Duration.seconds(5)

    /// Until its task is cancelled.
    package static func run(_ server: some Service, logger: Logger) async throws {
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        // Of its own, so that the cancellation does not reach it.
        let serving = Task { try await group.run() }
        try await withTaskCancellationHandler {
            do {
                try await serving.value
            } catch {
                // What a server says that was ended before it had begun is no fault of its own.
                try Task.checkCancellation()
                throw error
            }
        } onCancel: {
            Task {
                await group.triggerGracefulShutdown()
                try await Task.sleep(for: grace)
                serving.cancel()
            }
        }
    }
}
