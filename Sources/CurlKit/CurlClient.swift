internal import Synchronization

/// Makes requests with libcurl: one multi handle on one thread of its own, connections kept for reuse.
///
/// HTTP has one thread, each server of mail and of files has its own: with these libcurl waits on its thread for some
/// answers, to a whole letter or to a farewell, and one that keeps silent must not hold up the others.
///
/// Any number of tasks may call `perform` at once. Letting go of the last reference ends the thread.
public final class CurlClient: Sendable {
    /// For whoever has no reason to keep connections apart.
    public static let shared = CurlClient()

    private let limits: (perHost: Int, all: Int)
    private let loops = Mutex<[CurlRequest.Family: CurlLoop]>([:])

    /// - Parameters:
    ///   - connectionsPerHost: how many connections one host may see at once; further requests wait.
    ///   - connections: the same over all hosts.
    public init(connectionsPerHost: Int = 32, connections: Int = 512) {
        limits = (connectionsPerHost, connections)
    }

    deinit {
        for loop in loops.withLock({ $0.values }) { loop.stop() }
    }

    /// The answer, whatever its status. Cancelling the task ends the request.
    /// - Throws: `CurlError`, or `CancellationError`.
    public func perform(_ request: CurlRequest) async throws -> CurlResponse {
        let transfer = try CurlTransfer(request)
        let loop = loop(for: request.family)
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

    private func loop(for family: CurlRequest.Family) -> CurlLoop {
        loops.withLock { loops in
            if let loop = loops[family] { return loop }
            let loop = CurlLoop(connectionsPerHost: limits.perHost, connections: limits.all)
            loop.start()
            loops[family] = loop
            return loop
        }
    }
}

extension CurlRequest {
    enum Family: Hashable {
        case web
        /// By scheme, host and port.
        case server(String)
    }

    var family: Family {
        guard mail != nil || files != nil else { return .web }
        return .server(url.split(separator: "/", maxSplits: 2).prefix(2).joined(separator: "//").lowercased())
    }
}
