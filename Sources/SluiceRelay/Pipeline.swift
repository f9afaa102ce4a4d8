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
///       → all of it into the record in PostgreSQL, where there is one      and commits after that one
///
/// Pieces of files are held until the file is whole and the `AttachmentInspector` has looked at it.
///
/// What is held waits for a person at the `QuarantineDesk`, and then goes the last two steps.
struct Pipeline: Sendable {
    /// Whose batches these are.
    let producer: String
    let check: ItemCheck
    let habits: HabitRules
    private let shares: [String: String]
    /// Whose items the far side may speak of.
    private let answered: Set<String>
    /// External producers behind a one-way link.
    private let silent: Set<String>
    let clock: @Sendable () -> Timestamp

    init(_ producer: String, settings: RelaySettings, clock: @escaping @Sendable () -> Timestamp) {
        self.producer = producer
        self.clock = clock
        habits = HabitRules(settings.rules)
        shares = settings.shares
        silent = settings.silent.subtracting(["internal"])
        answered =
            producer == "internal"
            ? Set([ProducerShares.first] + settings.producers.map(\.name)) : [BoundaryStream.relayToInternal.to]
        check = ItemCheck(settings: settings, direction: .of(producer: producer))
    }

    private var direction: Direction { .of(producer: producer) }

    func verify(_ batch: InboundBatch) -> [Finding] {
        let findings = batch.items.map { inbound in
            if !isOwn(inbound.item) { return Self.foreign }
            return hasNoWay(inbound.item) ? Self.noWay : check.check(inbound.item)
        }
        Failpoint.relayVerified.reached()
        return findings
    }

    /// An external producer speaks for its own channels alone; the internal zone answers all of them.
    private func isOwn(_ item: Item) -> Bool {
        direction == .outward || (shares[item.channelID] ?? ProducerShares.first) == producer
    }

    /// An answer to a channel behind a one-way link: better said at once than never heard of again. An erasure is the
    /// relay's to heed as well.
    private func hasNoWay(_ item: Item) -> Bool {
        direction == .outward && item.kind != .erasure
            && silent.contains(shares[item.channelID] ?? ProducerShares.first)
    }

    private static let noWay = Finding.rejected(
        "channel.one-way", "the channel's external zone is behind a one-way link: nothing travels back to it")

    private static let foreign = Finding.rejected(
        "channel.producer", "the relay's list gives this channel to another external process")

    /// - Parameter record: gets everything that was stored, before the commit.
    func take(
        _ batch: InboundBatch, _ findings: [Finding], in db: Database, record: QuarantineRecord? = nil
    ) throws {
        if batch.manifest.isEmpty { return }
        try record.covering(db) { _ in try store(batch, findings, in: db) }
    }

    private func store(_ batch: InboundBatch, _ findings: [Finding], in db: Database) throws {
        let now = clock()
        var findings = try direction == .inward ? habits.apply(batch.items, findings, at: now, db) : findings
        let quarantine = Quarantine(db: db)
        let batchID = try quarantine.store(batch, at: now)
        // A piece of a file that was judged before shares its fate.
        findings = try AttachmentBook.known(batch.items, findings, in: db)
        let rows = try quarantine.store(batch.items, findings, of: batchID)
        try AttachmentBook.note(rows, batch.items, findings, at: now, in: db)
        let receipts = batch.receipts.filter { answered.contains($0.receipt.range.producer) }
        try quarantine.store(receipts, of: batchID)
        Failpoint.relayStored.reached()
        for verdict in Verdicts.joined(batch.items, findings, at: now) {
            try quarantine.store(verdict, isLate: false)
            if !silent.contains(producer) { try Outbox.append(verdict, to: RelayStreams.to(producer), in: db) }
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
        // To the producer whose channel or item it is; inward there is one reader for all.
        var lines: [String: Set<Int>] = [:]
        for (inbound, finding) in zip(batch.items, findings) where finding.decision == .released {
            let onward = try RelayStreams.onward(direction, channelID: inbound.item.channelID, db)
            lines[onward.to, default: []].insert(inbound.lineIndex)
            if let keyLine = inbound.keyLine { lines[onward.to]?.insert(keyLine) }
        }
        for inbound in receipts where !silent.contains(inbound.receipt.range.producer) {
            lines[inbound.receipt.range.producer, default: []].insert(inbound.lineIndex)
        }
        for (reader, lines) in lines.sorted(by: { $0.key < $1.key }) {
            let passage = Passage(
                producer: batch.stream.from, position: batch.manifest.position, lines: Spans.joined(lines.sorted()))
            try Outbox.append(passage, to: RelayStreams.to(reader), in: db)
        }
    }
}
