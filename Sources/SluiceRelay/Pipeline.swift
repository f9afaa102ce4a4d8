internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// The relay's flow, the same in both directions:
///
///     batch (signature, chain and origin are the inlet's)
///       → check every item: released, held or rejected
///       → store the batch, the items with their decision, the receipts     one transaction, which also
///       → verdicts back to the producer                                    moves the inlet's cursor
///       → released items and receipts onward, verbatim                     and fills both outboxes
///
/// What is held waits for a person at the `QuarantineDesk`, and then goes the last two steps.
struct Pipeline: Sendable {
    let direction: Direction
    let check: ItemCheck
    let habits: HabitRules
    let clock: @Sendable () -> Timestamp

    init(_ direction: Direction, settings: RelaySettings, clock: @escaping @Sendable () -> Timestamp) {
        self.direction = direction
        self.clock = clock
        check = ItemCheck(settings: settings, direction: direction)
        habits = HabitRules(settings.rules)
    }

    func verify(_ batch: InboundBatch) -> [Finding] {
        let findings = batch.items.map { check.check($0.item) }
        Failpoint.relayVerified.reached()
        return findings
    }

    func take(_ batch: InboundBatch, _ findings: [Finding], in db: Database) throws {
        if batch.manifest.isEmpty { return }
        let now = clock()
        let findings = try direction == .inward ? habits.apply(batch.items, findings, at: now, db) : findings
        let quarantine = Quarantine(db: db)
        let batchID = try quarantine.store(batch, at: now)
        try quarantine.store(batch.items, findings, of: batchID)
        let receipts = batch.receipts.filter { $0.receipt.range.producer == direction.onward.to }
        try quarantine.store(receipts, of: batchID)
        Failpoint.relayStored.reached()
        for verdict in Verdicts.joined(batch.items, findings, at: now) {
            try quarantine.store(verdict, isLate: false)
            try Outbox.append(verdict, to: direction.back, in: db)
        }
        try release(batch, findings, receipts, in: db)
        Failpoint.relayReleased.reached()
        for (inbound, finding) in zip(batch.items, findings)
        where inbound.item.kind == .erasure && finding.decision == .released {
            try ErasureBook.add(try ErasureBody(json: inbound.item.body), in: db)
        }
    }

    private func release(
        _ batch: InboundBatch, _ findings: [Finding], _ receipts: [InboundReceipt], in db: Database
    ) throws {
        let released = zip(batch.items, findings).filter { $1.decision == .released }.map(\.0.lineIndex)
        let lines = Spans.joined((released + receipts.map(\.lineIndex)).sorted())
        guard !lines.isEmpty else { return }
        let passage = Passage(producer: batch.stream.from, position: batch.manifest.position, lines: lines)
        try Outbox.append(passage, to: direction.onward, in: db)
    }
}
