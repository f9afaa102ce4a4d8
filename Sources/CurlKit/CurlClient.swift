internal import Synchronization

/// Makes HTTP requests with libcurl: one multi handle on one thread of its own, connections kept for reuse.
///
/// Any number of tasks may call `perform` at once. Letting go of the last reference ends the thread.
public final class CurlClient: Sendable {
    /// For whoever has no reason to keep connections apart.
    public static let shared = CurlClient()

    private let loop: CurlLoop

    /// - Parameters:
    ///   - connectionsPerHost: how many connections one host may see at once; further requests wait.
    ///   - connections: the same over all hosts.
    public init(connectionsPerHost: Int = 32, connections: Int = 512) {
        loop = CurlLoop(connectionsPerHost: connectionsPerHost, connections: connections)
        loop.start()
    }

    deinit { loop.stop() }

    /// The answer, whatever its status. Cancelling the task ends the request.
    /// - Throws: `CurlError`, or `CancellationError`.
    public func perform(_ request: CurlRequest) async throws -> CurlResponse {
        let transfer = try CurlTransfer(request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                transfer.continuation = continuation
                loop.submit(.start(transfer))
            }
        } onCancel: {
            transfer.isCancelled.store(true, ordering: .releasing)
            loop.submit(.cancel(transfer))
        }
    }
}
