internal import Dispatch
public import Logging
public import NIOSSL
public import SluiceSDK
internal import Synchronization

/// The TLS of one listener: what new connections are served with, renewed when its files change. Connections that are
/// open keep what they were opened with.
public final class ListenerTLS: Sendable {
    public enum Change: Sendable, Equatable {
        case unchanged
        /// The new certificate serves; when it ends.
        case renewed(until: Timestamp)
        /// The new one is bad: the old one serves on.
        case refused(TLSFault)
    }

    private struct State {
        var identity: ServerIdentity
        /// The files that were last read, good or bad.
        var read: [FileStamp?]
        /// The files as the last look found them.
        var seen: [FileStamp?]
        /// Why the files that lie there are not served.
        var fault: TLSFault?
    }

    /// How often the files are looked at.
    private static let period = Duration.seconds(10)

    private let files: TLSFiles
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let state: Mutex<State>
    let handshakes: HandshakeLog

    /// Reads the files, which blocks. A certificate that has expired is served all the same, and `trouble` says so:
    /// callers refuse it by themselves, and the rest of the gateway goes on.
    /// - Throws: `TLSFault` when there is nothing that could be served.
    public init(
        _ files: TLSFiles, logger: Logger, clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws(TLSFault) {
        let stamps = files.all.map { FileStamp($0) }
        state = Mutex(State(identity: try ServerIdentity(files), read: stamps, seen: stamps))
        self.files = files
        self.clock = clock
        self.logger = logger
        handshakes = HandshakeLog(logger: logger, clock: clock)
    }

    /// For the front of one connection's pipeline.
    public func handler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: state.withLock { $0.identity.context })
    }

    /// What a person should see to: a bad new certificate, one that has ended or ends soon; nil when all is well.
    public var trouble: String? {
        let (identity, fault) = state.withLock { ($0.identity, $0.fault) }
        if let fault { return "\(fault); the certificate before it serves on until \(identity.ends.day(in: .utc))" }
        let now = clock()
        if let fault = files.fault(of: identity, now: now) { return fault.description }
        guard identity.ends < now.adding(TLSFiles.notice) else { return nil }
        return "\(files.certificate) expires on \(identity.ends.day(in: .utc)); put the renewed certificate there"
    }

    /// Reads the files again if they have changed. Reads files, which blocks.
    @discardableResult
    public func reload() -> Change {
        let stamps = files.all.map { FileStamp($0) }
        guard state.withLock({ $0.read != stamps }) else { return .unchanged }
        let change = replace(stamps)
        switch change {
        case .unchanged: break
        case .renewed(let end):
            logger.notice("a new certificate is served", metadata: ["until": "\(end.day(in: .utc))"])
        case .refused(let fault):
            logger.error("a new certificate is refused; the old one serves on", metadata: ["error": "\(fault)"])
        }
        return change
    }

    /// One look at the files: what has changed and has then stayed as it is since the last look is read, so that a
    /// certificate is not taken without its key.
    public func look() {
        let stamps = files.all.map { FileStamp($0) }
        let isSettled = state.withLock { state in
            defer { state.seen = stamps }
            return state.seen == stamps
        }
        if isSettled { reload() }
    }

    /// Looks until its task is cancelled.
    public func run() async throws {
        while true {
            try await Task.sleep(for: Self.period)
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    self.look()
                    continuation.resume()
                }
            }
        }
    }

    private func replace(_ stamps: [FileStamp?]) -> Change {
        do throws(TLSFault) {
            let fresh = try ServerIdentity(files)
            if let fault = files.fault(of: fresh, now: clock()) { throw fault }
            state.withLock { state in
                state.identity = fresh
                state.read = stamps
                state.fault = nil
            }
            return .renewed(until: fresh.ends)
        } catch {
            state.withLock { state in
                state.read = stamps
                state.fault = error
            }
            return .refused(error)
        }
    }
}
