internal import Logging
internal import Synchronization

/// What keeps one end of a stream from working: logged when it begins and when it ends, not at every attempt between.
final class StreamProblem: Sendable {
    private let text = Mutex<String?>(nil)
    private let stream: BoundaryStream
    /// `read` or `written`.
    private let doing: String
    private let logger: Logger

    init(_ stream: BoundaryStream, doing: String, logger: Logger) {
        self.stream = stream
        self.doing = doing
        self.logger = logger
    }

    var current: String? { text.withLock { $0 } }

    func report(_ error: any Error) {
        // Our own stopping is no illness.
        if error is CancellationError { return }
        let found = "\(error)"
        let isNew = text.withLock { text in
            defer { text = found }
            return text != found
        }
        if isNew { logger.error("stream \(stream) cannot be \(doing): \(found)") }
    }

    func clear() {
        let wasIll = text.withLock { text in
            defer { text = nil }
            return text != nil
        }
        if wasIll { logger.notice("stream \(stream) is \(doing) again") }
    }
}
