internal import SluiceSDK
internal import SluiceStore

/// What one handler's worker does next. A value: it is told what happened and answers what to do; the worker performs it.
///
/// First in first out for each ticket: while a batch is open, later events of its tickets are parked, and everything
/// else goes on. A handler that fails again and again is tried gently, and hears everything at once when it is back.
struct DeliveryPlan: Sendable {
    struct Limits: Sendable {
        /// Attempts at once.
        var concurrency = 4
        /// Batches made and not delivered. With these at hand, new ones wait for them.
        var openBatches = 64
        /// Events parked behind open batches, in memory.
        var parked = 20_000
        /// Failures in a row after which the handler itself, not a batch, is taken to be ill.
        var patience = 3
        var slowestProbe = Duration.seconds(60)
    }

    /// Events in one batch.
    let size: Int
    /// How long the first event of a batch waits for others.
    let wait: Duration
    let limits: Limits
    /// `event.id` up to which everything was read from the store.
    private(set) var cursor: Int64

    private(set) var open: [Int64: OpenBatch] = [:]
    private var held: Set<Int64> = []
    /// By event, ascending.
    private var ready: [WaitingDelivery] = []
    /// By ticket; each list by event, ascending.
    private var parked: [Int64: [WaitingDelivery]] = [:]
    private var parkedCount = 0
    /// False when the last look found less than it asked for.
    private var mayHaveMore = true
    private var failuresInRow = 0
    private var probeAt = Timestamp(milliseconds: 0)

    init(rule: BatchRule?, cursor: Int64, open batches: [OpenBatch], limits: Limits = Limits()) {
        size = rule?.size ?? 1
        wait = rule?.wait ?? .zero
        self.limits = limits
        self.cursor = cursor
        for batch in batches { opened(batch) }
    }

    var running: Int { open.values.count { $0.isRunning } }
    var isIll: Bool { failuresInRow >= limits.patience }

    /// New events were committed.
    mutating func rang() { mayHaveMore = true }

    // MARK: Attempts

    /// The batch to try now, marked as running; nil when there is none or enough are running.
    mutating func takeDue(at now: Timestamp) -> OpenBatch? {
        guard running < (isIll ? 1 : limits.concurrency) else { return nil }
        let due = open.values.filter { !$0.isRunning && DueTime.isDue($0.nextAt, at: now) }.min {
            ($0.nextAt, $0.id) < ($1.nextAt, $1.id)
        }
        guard var batch = due ?? probe(at: now) else { return nil }
        batch.isRunning = true
        batch.lastTriedAt = now
        open[batch.id] = batch
        return batch
    }

    /// With the open batches at their limit nothing new can find out whether an ill handler is back: the batch that was
    /// not tried for longest does, ahead of its time.
    private mutating func probe(at now: Timestamp) -> OpenBatch? {
        guard isIll, open.count >= limits.openBatches, mayProbe(at: now) else { return nil }
        return open.values.filter { !$0.isRunning }.min { ($0.lastTriedAt, $0.id) < ($1.lastTriedAt, $1.id) }
    }

    mutating func delivered(_ id: Int64, at now: Timestamp) {
        guard let batch = open.removeValue(forKey: id) else { return }
        for ticket in batch.tickets {
            held.remove(ticket)
            if let waiting = parked.removeValue(forKey: ticket) {
                parkedCount -= waiting.count
                for delivery in waiting { insertReady(delivery) }
            }
        }
        if isIll {
            // The handler is back: what waits for its next turn, hours perhaps, need not.
            open = open.mapValues { waiting in
                var batch = waiting
                batch.nextAt = min(now, batch.nextAt)
                return batch
            }
        }
        failuresInRow = 0
        probeAt = now
    }

    mutating func failed(_ id: Int64, nextAt: Timestamp, at now: Timestamp) {
        guard var batch = open[id] else { return }
        batch.isRunning = false
        batch.attempts += 1
        batch.nextAt = nextAt
        open[id] = batch
        failuresInRow += 1
        guard isIll else { return }
        let doubled = Duration.seconds(1) * (1 << min(failuresInRow - limits.patience, 6))
        probeAt = now.adding(min(doubled, limits.slowestProbe))
    }

    /// A person moved batches forward.
    mutating func hurry(_ due: [Int64: Timestamp]) {
        for (id, time) in due {
            guard var batch = open[id], !batch.isRunning, time < batch.nextAt else { continue }
            batch.nextAt = time
            open[id] = batch
        }
    }

    // MARK: New batches

    /// How many waiting events to read from behind `cursor`; 0 when there is no need.
    func appetite(at now: Timestamp) -> Int {
        guard mayHaveMore, freeSlots(at: now) > 0, parkedCount < limits.parked else { return 0 }
        let wanted = size * max(1, limits.concurrency)
        return max(0, wanted - ready.count)
    }

    mutating func read(_ found: [WaitingDelivery], asked: Int) {
        mayHaveMore = found.count >= asked
        for delivery in found {
            cursor = max(cursor, delivery.event)
            held.contains(delivery.ticket) ? park(delivery) : ready.append(delivery)
        }
    }

    /// The members of the batches to make now, each in order. Their tickets are held from here on.
    mutating func nextBatches(at now: Timestamp) -> [[WaitingDelivery]] {
        var batches: [[WaitingDelivery]] = []
        while batches.count < freeSlots(at: now) {
            parkHeld()
            guard let first = ready.first, ready.count >= size || hasWaited(first, at: now) else { break }
            let members = Array(ready.prefix(size))
            ready.removeFirst(members.count)
            for member in members { held.insert(member.ticket) }
            batches.append(members)
        }
        return batches
    }

    mutating func opened(_ batch: OpenBatch) {
        open[batch.id] = batch
        held.formUnion(batch.tickets)
        if isIll { probeAt = max(probeAt, batch.nextAt) }
    }

    /// Nothing at or below this event waits any more.
    var lowWater: Int64 {
        let firstParked = parked.values.compactMap { $0.first?.event }.min() ?? .max
        let first = min(ready.first?.event ?? .max, firstParked)
        return first == .max ? cursor : first - 1
    }

    /// How many batches may be made now. Those whose turn has come go first; those that wait for theirs stand in
    /// nobody's way.
    private func freeSlots(at now: Timestamp) -> Int {
        let room = limits.openBatches - open.count
        let due = open.values.count { !$0.isRunning && DueTime.isDue($0.nextAt, at: now) }
        // One new batch finds out; while any waits to be tried, that one does.
        if isIll { return running == 0 && due == 0 && mayProbe(at: now) ? min(1, room) : 0 }
        return max(0, min(limits.concurrency - running - due, room))
    }

    /// When there may be something to do without being rung; nil when there is nothing to wait for.
    func wakeAt(_ now: Timestamp) -> Timestamp? {
        var times = open.values.filter { !$0.isRunning }.map(\.nextAt)
        if let first = ready.first, open.count < limits.openBatches { times.append(first.at.adding(wait)) }
        if isIll { times.append(probeAt) }
        return times.filter { $0 > now }.min()
    }

    // MARK: A clock that may be put back

    private func mayProbe(at now: Timestamp) -> Bool { DueTime.isDue(probeAt, at: now) }

    /// An event of the future was made before the clock was put back.
    private func hasWaited(_ first: WaitingDelivery, at now: Timestamp) -> Bool {
        first.at.adding(wait) <= now || first.at > now
    }

    // MARK: Parking

    private mutating func parkHeld() {
        let blocked = ready.prefix(size).contains { held.contains($0.ticket) }
        guard blocked else { return }
        for delivery in ready where held.contains(delivery.ticket) { park(delivery) }
        ready.removeAll { held.contains($0.ticket) }
    }

    private mutating func park(_ delivery: WaitingDelivery) {
        // What was read before it was parked may be older than what was parked at once.
        let list = parked[delivery.ticket, default: []]
        let index = list.firstIndex { $0.event > delivery.event } ?? list.count
        parked[delivery.ticket, default: []].insert(delivery, at: index)
        parkedCount += 1
    }

    private mutating func insertReady(_ delivery: WaitingDelivery) {
        let index = ready.firstIndex { $0.event > delivery.event } ?? ready.count
        ready.insert(delivery, at: index)
    }
}
