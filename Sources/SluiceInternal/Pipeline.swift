internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// The internal side's flow, both ways:
///
///     released batch → admit (ticket, case, owner and copies, deliveries to make) → receipt
///                    → deliver to each handler, in its own task
///     pieces of files → kept apart → looked at when whole → on the ticket, for its handlers to fetch
///     handler's event → case → release guard → reply → outward batch → the source's answer on the timeline
///
/// Write downstream, commit, then mark upstream: the boundary's cursor moves in the transaction that admits, a batch of
/// deliveries is fixed before it is sent, a reply is queued in the transaction that moves the case.
struct Pipeline: Sendable {
    let store: Store
    let inlet: Inlet
    let outlet: Outlet
    let admission: Admission
    let cases: CaseEvents
    let workers: [DeliveryWorker]
    /// How long a revision waits for the one before it.
    let patience: Duration
    let retention: InternalRetention
    /// Set when pieces of files have come.
    let pieces = Signal()
    let clock: @Sendable () -> Timestamp
    let logger: Logger

    /// Until its task is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await inlet.run(
                    prepare: { admission.reader.prepare($0.items) },
                    consume: { db, batch, items in try take(batch, items, db) },
                    taken: { batch in
                        goOn()
                        if batch.items.contains(where: { $0.item.kind == .attachment || $0.item.kind == .notice }) {
                            pieces.set()
                        }
                    })
            }
            group.addTask { try await outlet.run() }
            group.addTask { try await releaseOverdue() }
            group.addTask { try await retryRefused() }
            group.addTask { try await Housekeeping(retention.steps, logger: logger).run() }
            group.addTask { try await admission.book.index.run(store, logger: logger) }
            group.addTask { try await erasures.runner.run() }
            group.addTask { try await shelf.run() }
            for worker in workers { group.addTask { try await worker.run() } }
            try await group.waitForAll()
        }
    }

    /// One batch of the relay, in the transaction that also moves the boundary's cursor.
    func take(_ batch: InboundBatch, _ items: [PreparedItem], _ db: Database) throws {
        let now = clock()
        try admission.admit(items, at: now, db)
        Failpoint.admitWritten.reached()
        var tally = LedgerTally()
        try ReplyBook.take(batch.verdicts, at: now, tally: &tally, db)
        try ReplyBook.take(batch.receipts.map(\.receipt), at: now, tally: &tally, db)
        try tally.flush(db)
        for range in ItemRange.joined(batch.items.map(\.range)) {
            try Outbox.append(Receipt(range: range, at: now), to: .internalToRelay, in: db)
            try ProducerEpochs.note(range.producer, epoch: range.epoch, at: now, db)
        }
        Failpoint.admitReceipted.reached()
    }

    /// An owner's event: the case moves and its reply is on the way, or nothing happened.
    func report(_ event: HandlerEvent, on ticketID: String, by handler: RosterEntry) async throws -> CaseAnswer {
        let answer = try await cases.apply(event, to: ticketID, by: handler)
        Failpoint.caseAnswering.reached()
        if !answer.isRepeat { goOn() }
        return answer
    }

    var shelf: AttachmentShelf {
        AttachmentShelf(
            store: store, roster: cases.roster, book: cases.book, signal: pieces, told: { goOn() }, clock: clock,
            logger: logger)
    }

    var erasures: ErasureDesk { ErasureDesk(store: store, book: cases.book, clock: clock) }

    /// What was committed may go on.
    private func goOn() {
        outlet.notify()
        for worker in workers { worker.ring() }
    }

    private func retryRefused() async throws {
        while !Task.isCancelled {
            do {
                if try await admitRefused() > 0 { goOn() }
            } catch {
                logger.error("refused items could not be looked at", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .seconds(10))
        }
    }

    /// What was sealed to a key that was not there: it may be back.
    func admitRefused() async throws -> Int {
        let found = try await store.read { try RefusedItem.withoutKey(2000, $0) }
        let ready = found.filter { row in
            if case .ticket = admission.reader.prepare(row.item) { true } else { false }
        }
        if ready.isEmpty { return 0 }
        let now = clock()
        return try await store.commit { try admission.admitRefused(ready, at: now, $0) }
    }

    private func releaseOverdue() async throws {
        while !Task.isCancelled {
            let now = clock()
            let limit = Timestamp(milliseconds: now.milliseconds - patience.components.seconds * 1000)
            do {
                let isAnyone = try await store.read { try RevisionOrder.overdue(before: limit, $0).isEmpty == false }
                if isAnyone {
                    try await store.commit { try admission.releaseOverdue(before: limit, at: now, $0) }
                    goOn()
                }
            } catch {
                logger.error("waiting revisions could not be looked at", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .seconds(60))
        }
    }
}
