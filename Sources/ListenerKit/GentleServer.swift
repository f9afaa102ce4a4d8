package import Logging
package import ServiceLifecycle
internal import Synchronization

/// Ends a server by shutting its door, never by cancelling it.
///
/// A connection that SwiftNIO has accepted and nobody has taken up when the server's task is cancelled ends the whole
/// process ("Deinited NIOAsyncWriter without calling finish()"): a zone with busy callers would answer SIGTERM
/// with a trap.
package enum GentleServer {
    /// For requests that are open when it is to end. Nothing is accepted any more then; what is not answered within it is
    /// left to the end of the process.
    package static let grace = Duration.seconds(5)

    /// Until its task is cancelled.
    package static func run(
        _ server: some Service, grace: Duration = grace, logger: Logger
    ) async throws {
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        let end = End()
        // Of its own, so that the cancellation does not reach it; detached, so that neither does the shutdown of whoever
        // runs us: it would end by itself then, before our task is cancelled, which nobody could tell from a fault.
        Task.detached {
            do {
                try await group.run()
                end.reached(.success(()))
            } catch {
                end.reached(.failure(error))
            }
        }
        try await withTaskCancellationHandler {
            do {
                try await end.wait()
            } catch {
                // What a server says that was ended before it had begun is no fault of its own.
                try Task.checkCancellation()
                throw error
            }
        } onCancel: {
            Task {
                await group.triggerGracefulShutdown()
                try await Task.sleep(for: grace)
                end.reached(.success(()))
            }
        }
    }
}

/// What is waited for, once, and reached by whoever comes first.
private final class End: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Void, any Error>)
        case reached(Result<Void, any Error>)
    }

    private let state = Mutex(State.open)

    func reached(_ result: Result<Void, any Error>) {
        let waiting: CheckedContinuation<Void, any Error>? = state.withLock { state in
            switch state {
            case .reached: return nil
            case .open:
                state = .reached(result)
                return nil
            case .awaited(let waiting):
                state = .reached(result)
                return waiting
            }
        }
        waiting?.resume(with: result)
    }

    func wait() async throws {
        try await withCheckedThrowingContinuation { waiting in
            let result: Result<Void, any Error>? = state.withLock { state in
                if case .reached(let result) = state { return result }
                state = .awaited(waiting)
                return nil
            }
            if let result { waiting.resume(with: result) }
        }
    }
}
