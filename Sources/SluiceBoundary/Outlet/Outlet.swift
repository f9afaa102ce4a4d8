public import GRDB
public import Logging
public import SluiceSDK
public import SluiceStore
internal import Synchronization

/// Writes one stream: takes what waits in the outbox, signs it in batches and puts them where the stream's reader looks.
///
/// Order of a batch: it stands there durably, then the cursor is committed. A crash in between leaves a batch that is
/// adopted, never one that is written twice.
public final class Outlet: Sendable {
    public let stream: BoundaryStream
    private let wire: BoundaryStream
    private let store: Store
    private let shelf: any BatchShelf
    private let writer: BatchWriter
    private let reader: OutboxReader
    private let options: OutletOptions
    private let bell: BoundaryBell
    private let clock: @Sendable () -> Timestamp
    private let queue: BlockingQueue
    private let logger: Logger
    private let problem: StreamProblem
    private let oneWay: OneWay?

    /// - Parameters:
    ///   - stream: as this zone's store knows it.
    ///   - wire: its name in the batches, where that is another: of a further external producer.
    ///   - place: where the batches go; a folder is made if it is missing.
    ///   - body: fetches the body of an item that was appended with a `reference`.
    ///   - passage: the relay's, fetches what it passes on.
    public init(
        stream: BoundaryStream, as wire: BoundaryStream? = nil, to place: BatchPlace, store: Store, key: SigningKey,
        bell: BoundaryBell = BoundaryBell(),
        options: OutletOptions = OutletOptions(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        body: @escaping @Sendable (Database, Int64) throws -> [UInt8] = { _, _ in [] },
        passage: @escaping @Sendable (Database, Passage) throws -> PassageContent? = { _, _ in nil }
    ) {
        self.stream = stream
        self.store = store
        self.options = options
        self.bell = bell
        self.clock = clock
        self.logger = logger
        problem = StreamProblem(stream, doing: "written", logger: logger)
        self.wire = wire ?? stream
        oneWay = place.oneWay
        shelf = place.shelf(for: self.wire, failpoint: options.failpoint)
        writer = BatchWriter(stream: self.wire, key: key)
        reader = OutboxReader(stream: stream, body: body, passage: passage)
        queue = BlockingQueue(label: "outlet.\(stream.name)")
    }

    /// Call after the commit of a transaction that appended to the outbox.
    public func notify() { bell.outbox(stream).set() }

    /// What keeps it from writing; nil when all is well.
    public var currentProblem: String? { problem.current }

    /// Until its task is cancelled. Failures of the disk or the database are logged and tried again.
    public func run() async throws {
        let signal = bell.outbox(stream)
        var owingSince: ContinuousClock.Instant?
        var pause = IdlePause(options.poll)
        while !Task.isCancelled {
            do {
                try await shelf.claim()
                try await shelf.refresh()
                let mayAck = oneWay != nil ? false : owingSince.map { .now - $0 >= options.ackDelay } ?? false
                let step = try await step(mayAck: mayAck)
                problem.clear()
                owingSince = step.owesAck ? owingSince ?? .now : nil
                if step.hasWritten || step.owesAck { pause.end() }
                if step.isBusy { continue }
                await signal.wait(upTo: pause.next())
                // Neighbours come in crowds: a short pause makes one batch, and one sync, of many.
                if !Task.isCancelled && !step.isBusy { try? await Task.sleep(for: options.linger) }
            } catch {
                problem.report(error)
                await signal.wait(upTo: options.retry)
            }
        }
        await release()
    }

    /// What the place does from time to time.
    func refresh() async throws { try await shelf.refresh() }

    /// Lets another write the stream.
    func release() async { await shelf.release() }

    struct Step: Sendable {
        var hasWritten: Bool
        /// More may wait: look again at once.
        var isBusy: Bool
        var owesAck: Bool
    }

    /// One look at the outbox: at most one batch.
    func step(mayAck: Bool) async throws -> Step {
        let (stream, reader, options) = (stream, reader, options)
        let age = oneWay.map { clock().adding(.zero - $0.history) }
        let (state, rows, acked) = try await store.read { db in
            let state = try OutletState.load(stream, in: db)
            let rows = try reader.rows(after: state.cursor, options: options, in: db)
            if let age { return (state, rows, try Settlement.sent(before: age, of: stream, in: db)) }
            let acked = min(state.acked, BatchPosition(epoch: state.epoch, batch: state.batch))
            return (state, rows, try Settlement.sent(upTo: acked, of: stream, in: db))
        }
        try await settle(acked)
        guard !rows.isEmpty || (state.owesAck && mayAck) else {
            return Step(hasWritten: false, isBusy: false, owesAck: state.owesAck)
        }
        if let leftover = try await leftover(after: state) {
            try await adopt(leftover, after: state)
            return Step(hasWritten: true, isBusy: true, owesAck: state.owesAck)
        }
        let time = clock()
        let (batch, itemHead) = try await queue.run { [writer] in try writer.batch(rows, after: state, at: time) }
        try await shelf.put(batch)
        try await record(batch.manifest, itemHead, after: state)
        // By entries: the relay's rows are few, and each stands for hundreds of lines.
        let entries = rows.reduce(0) { $0 + $1.entries }
        return Step(hasWritten: true, isBusy: entries >= options.entries / 2, owesAck: false)
    }

    /// The batch behind `state`, if it stands there already: written before a crash and not recorded.
    ///
    /// A reader may have taken it, so it is never written again with the same number.
    private func leftover(after state: OutletState) async throws -> Manifest? {
        guard let stored = try await shelf.stored(at: state.next) else { return nil }
        let place = shelf.name(state.next)
        return try await queue.run { [writer] in try writer.leftover(stored, at: place, after: state) }
    }

    private func adopt(_ leftover: Manifest, after state: OutletState) async throws {
        Failpoint.outletAdopting.reached()
        let reader = reader
        let rows = try await store.read { try reader.rows(after: state.cursor, through: leftover.through, in: $0) }
        let place = shelf.name(state.next)
        let itemHead = try await queue.run { [writer] in
            try writer.adopt(leftover, rows, at: place, after: state)
        }
        try await shelf.confirm(state.next)
        try await record(leftover, itemHead, after: state)
        logger.info("adopted batch \(leftover.position) of \(stream), written before the last stop")
    }

    private func record(_ manifest: Manifest, _ itemHead: [UInt8], after state: OutletState) async throws {
        let (stream, time) = (stream, clock())
        try await store.commit { db in
            try OutletState.record(manifest, itemHead: itemHead, of: stream, after: state, at: time, in: db)
        }
        Failpoint.outletRecorded.reached()
        bell.segment(wire).set()
    }

    /// Removes what the reader has acknowledged: first the batches, then the record that they are awaited.
    private func settle(_ sent: [Settlement.Sent]) async throws {
        let stream = stream
        guard let last = sent.last else { return }
        Failpoint.outletSettling.reached()
        try await shelf.remove(sent.map(\.position))
        // The first acknowledgement within an epoch: its reader has left the ones before behind.
        if sent[0].position.batch == 1, last.position.epoch > 1 {
            try await shelf.removeEpochs(before: last.position.epoch)
        }
        Failpoint.outletRemoved.reached()
        let time = clock()
        try await store.commit { try Settlement.settle(upTo: last, of: stream, at: time, in: $0) }
    }
}
