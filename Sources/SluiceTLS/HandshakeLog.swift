internal import Logging
internal import SluiceSDK
internal import Synchronization

/// Tells the log of handshakes that fail, so that ops see a caller with a wrong certificate; a line every ten seconds at
/// most, whoever tries how often.
final class HandshakeLog: Sendable {
    private struct State {
        var next = Timestamp(milliseconds: 0)
        var untold = 0
    }

    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    private let state = Mutex(State())

    init(logger: Logger, clock: @escaping @Sendable () -> Timestamp) {
        self.logger = logger
        self.clock = clock
    }

    func failed(_ address: String, _ error: any Error) {
        let now = clock()
        let untold: Int? = state.withLock { state in
            guard state.next <= now else {
                state.untold += 1
                return nil
            }
            state.next = now.adding(.seconds(10))
            defer { state.untold = 0 }
            return state.untold
        }
        guard let untold else { return }
        logger.notice(
            "a TLS handshake failed",
            metadata: ["from": "\(address)", "error": "\(error)", "others before it": "\(untold)"])
    }
}
