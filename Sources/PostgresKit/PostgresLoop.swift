internal import CPQ
internal import Foundation
internal import Synchronization

/// Owns a connection and the thread that alone may touch it.
///
/// `@unchecked Sendable`: `inbox` has its lock, and what belongs to the thread never leaves `main`.
final class PostgresLoop: @unchecked Sendable {
    struct Job: Sendable {
        let mark: CancelMark
        let run: @Sendable (PostgresSession) -> Void
        let refuse: @Sendable (any Error) -> Void
    }

    private struct Inbox {
        var jobs: [Job] = []
        var isStopping = false
        /// Nothing is taken any more: why.
        var end: PostgresError?
    }

    let wake = WakeUp()
    let ended = Ending()
    private let settings: PostgresSettings
    private let inbox = Mutex(Inbox())
    private let connecting = CancelMark()

    init(_ settings: PostgresSettings) { self.settings = settings }

    var isOpen: Bool { inbox.withLock { $0.end == nil && !$0.isStopping } }
    var hasWork: Bool { inbox.withLock { !$0.jobs.isEmpty || $0.isStopping } }

    func start() {
        let thread = Thread { self.main() }
        thread.name = "postgres"
        thread.start()
    }

    func stop() {
        inbox.withLock { $0.isStopping = true }
        wake.ring()
    }

    func submit(_ job: Job) {
        let refusal: PostgresError? = inbox.withLock { inbox in
            if inbox.isStopping || inbox.end != nil { return inbox.end ?? .closed }
            inbox.jobs.append(job)
            return nil
        }
        if let refusal { job.refuse(refusal) } else { wake.ring() }
    }

    /// Whoever hears that the connection broke shall find it broken.
    func note(_ session: PostgresSession) {
        guard let breakage = session.breakage else { return }
        inbox.withLock { $0.end = $0.end ?? breakage }
    }

    private func main() {
        defer { ended.set() }
        let session = PostgresSession(wake, settings, isStopping: { [self] in inbox.withLock { $0.isStopping } })
        do {
            try session.connect { [self] in
                inbox.withLock { $0.jobs.first?.mark.isSet.load(ordering: .acquiring) == true }
            }
        } catch {
            return finish(error)
        }
        while session.isUsable, let job = next(session) { work(job, session) }
        session.disconnect()
        finish(session.isUsable ? PostgresError.closed : session.breakage ?? .closed)
    }

    /// Waits for the next piece of work; nil when there will be none.
    private func next(_ session: PostgresSession) -> Job? {
        while true {
            let (job, isStopping) = inbox.withLock { inbox in
                (inbox.jobs.isEmpty ? nil : inbox.jobs.removeFirst(), inbox.isStopping)
            }
            if isStopping {
                job?.refuse(PostgresError.closed)
                return nil
            }
            if let job { return job }
            _ = wake.wait(-1, for: 0, until: nil)
        }
    }

    private func work(_ job: Job, _ session: PostgresSession) {
        guard !job.mark.isSet.load(ordering: .acquiring) else { return job.refuse(CancellationError()) }
        session.mark = job.mark
        job.run(session)
        session.mark = nil
        if !session.keepsTransaction { session.rollBackWhatIsOpen() }
    }

    private func finish(_ error: any Error) {
        let end = error as? PostgresError ?? .closed
        let jobs = inbox.withLock { inbox in
            inbox.end = end
            defer { inbox.jobs = [] }
            return inbox.jobs
        }
        for job in jobs { job.refuse(error) }
    }
}

extension PostgresError {
    static let closed = PostgresError("postgres.closed", "the connection was closed")
}

/// Tells any number of tasks that something has ended.
final class Ending: Sendable {
    private struct State {
        var isSet = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func set() {
        let waiting = state.withLock { state in
            state.isSet = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSet = state.withLock { state in
                if !state.isSet { state.waiting.append(continuation) }
                return state.isSet
            }
            if isSet { continuation.resume() }
        }
    }
}
