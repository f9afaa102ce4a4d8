internal import Logging
internal import SluiceSDK
internal import SluiceStore
internal import Synchronization

/// Delivers to one handler, in a task of its own: whatever this handler does, the others do not feel it.
final class DeliveryWorker: Sendable {
    private enum Outcome: Sendable {
        case delivered(Int64)
        case failed(Int64, nextAt: Timestamp)
    }

    private let handler: RosterEntry
    private let sender: any DeliverySender
    private let queue: DeliveryQueue
    private let renderer: EventRenderer
    private let clock: @Sendable () -> Timestamp
    private let random: @Sendable () -> Double
    private let logger: Logger
    private let bell = Signal()
    private let outcomes = Mutex<[Outcome]>([])
    /// Whether a person may have changed the queue since the worker looked.
    private let hasOrders = Mutex(true)

    init(
        handler: RosterEntry, sender: any DeliverySender, store: Store, renderer: EventRenderer,
        clock: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> Double, logger: Logger
    ) {
        self.handler = handler
        self.sender = sender
        queue = DeliveryQueue(store: store, handler: handler)
        self.renderer = renderer
        self.clock = clock
        self.random = random
        self.logger = logger
    }

    /// New events were committed.
    func ring() {
        bell.set()
    }

    var handlerID: String { handler.profile.id }

    /// A person paused, resumed or redrove the handler; it is in the store.
    func lookAgain() {
        hasOrders.withLock { $0 = true }
        bell.set()
    }

    /// Until its task is cancelled. When the store fails, the worker waits and begins again from what is stored.
    func run() async throws {
        while !Task.isCancelled {
            do {
                try await deliver()
            } catch {
                if Task.isCancelled { return }
                logger.error(
                    "the delivery queue cannot be read or written; trying again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func deliver() async throws {
        let found = try await queue.recover(at: clock())
        outcomes.withLock { $0 = [] }
        var limits = DeliveryPlan.Limits()
        if handler.profile.batch == nil { limits.concurrency = 8 }
        var plan = DeliveryPlan(
            rule: handler.profile.batch, cursor: found.lowWater, open: found.open, limits: limits)
        var isPaused = try await queue.orders().isPaused
        // Discarding: a group that keeps the results of its tasks would grow with every batch.
        try await withThrowingDiscardingTaskGroup { group in
            while !Task.isCancelled {
                settle(&plan)
                if takeOrders() {
                    let orders = try await queue.orders()
                    isPaused = orders.isPaused
                    plan.hurry(orders.due)
                }
                if !isPaused {
                    try await openBatches(&plan)
                    while !mustLook, let batch = plan.takeDue(at: clock()) {
                        group.addTask { await self.attempt(batch) }
                    }
                }
                await bell.wait(upTo: pause(plan))
            }
            group.cancelAll()
        }
    }

    private var mustLook: Bool { hasOrders.withLock { $0 } }

    private func takeOrders() -> Bool {
        hasOrders.withLock { hasOrders in
            defer { hasOrders = false }
            return hasOrders
        }
    }

    private func settle(_ plan: inout DeliveryPlan) {
        let finished = outcomes.withLock { outcomes in
            defer { outcomes = [] }
            return outcomes
        }
        for outcome in finished {
            switch outcome {
            case .delivered(let id): plan.delivered(id, at: clock())
            case .failed(let id, let nextAt): plan.failed(id, nextAt: nextAt, at: clock())
            }
        }
        plan.rang()
    }

    private func openBatches(_ plan: inout DeliveryPlan) async throws {
        while true {
            let wanted = plan.appetite(at: clock())
            if wanted > 0 {
                plan.read(try await queue.waiting(after: plan.cursor, limit: wanted), asked: wanted)
            }
            // Read behind a pause that has been promised: nothing of it may go.
            if mustLook { return }
            let batches = plan.nextBatches(at: clock())
            if batches.isEmpty {
                if wanted == 0 || plan.appetite(at: clock()) == 0 { return }
                continue
            }
            let made = try await queue.open(batches, lowWater: plan.lowWater, at: clock())
            Failpoint.deliveryOpened.reached()
            for batch in made { plan.opened(batch) }
        }
    }

    /// At most a second, so that a step of the wall clock cannot put a worker to sleep for long.
    private func pause(_ plan: DeliveryPlan) -> Duration {
        let now = clock()
        guard let next = plan.wakeAt(now) else { return .seconds(1) }
        return min(.milliseconds(max(1, next.milliseconds - now.milliseconds)), .seconds(1))
    }

    private func attempt(_ batch: OpenBatch) async {
        do {
            let events = try await renderer.render(batch.events, for: handler)
            let message = DeliveryBatch(
                id: batch.batchID, events: events, now: clock().seconds, isBatched: handler.profile.batch != nil)
            Failpoint.deliverySending.reached()
            try await sender.deliver(message)
            Failpoint.deliverySent.reached()
            try await queue.delivered(batch, at: clock())
            Failpoint.deliveryRecorded.reached()
            report(.delivered(batch.id))
        } catch {
            // Stopped in the middle is no failure of the handler; the batch is sent again at the next start.
            if Task.isCancelled { return report(.failed(batch.id, nextAt: clock())) }
            await fail(batch, error)
        }
    }

    private func fail(_ batch: OpenBatch, _ error: any Error) async {
        let nextAt = clock().adding(delay(after: batch.attempts + 1, error))
        logger.warning(
            "a delivery failed and will be repeated",
            metadata: [
                "handler": "\(handler.profile.id)", "batch": "\(batch.batchID)", "attempt": "\(batch.attempts + 1)",
                // What the handler answered may hold personal data: it stands in the store, not in the log.
                "error": "\((error as? PluginError)?.code ?? "delivery.failed")", "next": "\(nextAt.rfc3339())",
            ])
        do {
            try await queue.failed(batch, error: "\(error)", nextAt: nextAt)
            Failpoint.deliveryFailed.reached()
        } catch {
            logger.error("a failed delivery could not be written down", metadata: ["error": "\(error)"])
        }
        report(.failed(batch.id, nextAt: nextAt))
    }

    /// The handler's own wish (`Retry-After`) can only make it longer.
    private func delay(after attempts: Int, _ error: any Error) -> Duration {
        let scheduled = handler.profile.retry.delay(after: attempts, random: random())
        if case .retry(let wanted)? = (error as? PluginError)?.remedy { return DueTime.limited(max(scheduled, wanted)) }
        return DueTime.limited(scheduled)
    }

    private func report(_ outcome: Outcome) {
        outcomes.withLock { $0.append(outcome) }
        bell.set()
    }
}
