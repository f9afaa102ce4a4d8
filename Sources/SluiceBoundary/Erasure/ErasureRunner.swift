public import Logging
public import SluiceSDK
public import SluiceStore

/// What one pass over a ticket's rows did.
public struct ErasureOutcome: Sendable {
    /// Rows that were changed.
    public var rows = 0
    /// False while something of it is on its way and has to be looked at again.
    public var isComplete = true

    public init() {}
}

/// Carries out a zone's open erasures, again and again until nothing is left, and takes the write-ahead log away behind
/// each: SQLite overwrites what is deleted (`secure_delete`), and the log held it once more.
public struct ErasureRunner: Sendable {
    private let store: Store
    private let apply: @Sendable (ErasureBody) async throws -> ErasureOutcome
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let queue = BlockingQueue(label: "erasure")

    public init(
        store: Store, logger: Logger, clock: @escaping @Sendable () -> Timestamp,
        apply: @escaping @Sendable (ErasureBody) async throws -> ErasureOutcome
    ) {
        self.store = store
        self.apply = apply
        self.clock = clock
        self.logger = logger
    }

    /// Until its task is cancelled. What has to wait for something is looked at ever more rarely.
    public func run() async throws {
        var (pause, waiting) = (Self.shortestPause, 0)
        while true {
            do {
                let open = try await step()
                pause = open == 0 || open != waiting ? Self.shortestPause : min(pause * 2, .seconds(600))
                waiting = open
            } catch {
                if Task.isCancelled { throw error }
                logger.error("an erasure is not carried out yet", metadata: ["error": "\(error)"])
            }
            try await wait(pause, waiting)
        }
    }

    private static let shortestPause = Duration.seconds(2)

    /// A new order ends the wait.
    private func wait(_ pause: Duration, _ waiting: Int) async throws {
        var left = pause
        while left > .zero {
            try await Task.sleep(for: min(left, Self.shortestPause))
            left -= Self.shortestPause
            if (try? await store.read({ try ErasureBook.countOpen(in: $0) })) != waiting { return }
        }
    }

    /// One pass over all open erasures.
    /// - Returns: how many are open still.
    @discardableResult
    public func step() async throws -> Int {
        let open = try await store.read { try ErasureBook.open(in: $0) }
        guard !open.isEmpty else { return 0 }
        var done: [Int64] = []
        for (key, order) in open {
            let outcome: ErasureOutcome
            do {
                outcome = try await apply(order)
            } catch {
                if Task.isCancelled { throw error }
                // The others do not wait for it.
                logger.error(
                    "an erasure is not carried out yet",
                    metadata: ["erasure": "\(order.erasureID)", "ticket": "\(order.ticketID)", "error": "\(error)"])
                continue
            }
            if outcome.isComplete { done.append(key) }
            if outcome.rows > 0 {
                try await store.commit { try ErasureBook.note(key, rows: outcome.rows, finishedAt: nil, in: $0) }
            }
        }
        guard !done.isEmpty else { return open.count }
        let store = store
        try await queue.run { try store.checkpoint() }
        let (now, finished) = (clock(), done)
        try await store.commit { db in
            for key in finished { try ErasureBook.note(key, rows: 0, finishedAt: now, in: db) }
        }
        return open.count - finished.count
    }
}
