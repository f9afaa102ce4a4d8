public import GRDB
public import Logging
public import SluiceSDK
public import SluiceStore
internal import Synchronization

/// Writes one stream: takes what waits in the outbox, signs it in batches and puts them into the stream's folder.
///
/// Order of a batch: segment written and synced, renamed, folder synced, then the cursor committed. A crash in between
/// leaves a segment that is adopted, never one that is written twice.
public final class Outlet: Sendable {
    public let stream: BoundaryStream
    private let store: Store
    private let writer: SegmentWriter
    private let reader: OutboxReader
    private let options: OutletOptions
    private let bell: BoundaryBell
    private let clock: @Sendable () -> Timestamp
    private let queue: BlockingQueue
    private let logger: Logger
    private let problem: StreamProblem

    /// - Parameters:
    ///   - folder: where the segments stand; made if it is missing.
    ///   - body: fetches the body of an item that was appended with a `reference`.
    ///   - passage: the relay's, fetches what it passes on.
    public init(
        stream: BoundaryStream, folder: String, store: Store, key: SigningKey, bell: BoundaryBell = BoundaryBell(),
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
        writer = SegmentWriter(stream: stream, folder: folder, key: key, failpoint: options.failpoint)
        reader = OutboxReader(stream: stream, body: body, passage: passage)
        queue = BlockingQueue(label: "outlet.\(stream.name)")
    }

    /// Call after the commit of a transaction that appended to the outbox.
    public func notify() { bell.outbox(stream).set() }

    /// What keeps it from writing; nil when all is well.
    public var currentProblem: String? { problem.current }

    /// Until its task is cancelled. Failures of the disk are logged and tried again.
    public func run() async throws {
        let signal = bell.outbox(stream)
        var owingSince: ContinuousClock.Instant?
        var claim: FolderClaim?
        defer { withExtendedLifetime(claim) {} }
        while !Task.isCancelled {
            do {
                if claim == nil { claim = try await queue.run { [writer] in try FolderClaim(writer.folder) } }
                let mayAck = owingSince.map { .now - $0 >= options.ackDelay } ?? false
                let step = try await step(mayAck: mayAck)
                problem.clear()
                owingSince = step.owesAck ? owingSince ?? .now : nil
                if step.isBusy { continue }
                await signal.wait(upTo: options.poll)
                // Neighbours come in crowds: a short pause makes one batch, and one sync, of many.
                if !Task.isCancelled && !step.isBusy { try? await Task.sleep(for: options.linger) }
            } catch {
                problem.report(error)
                await signal.wait(upTo: options.retry)
            }
        }
    }

    struct Step: Sendable {
        /// A batch was written: look again at once.
        var isBusy: Bool
        var owesAck: Bool
    }

    /// One look at the outbox: at most one batch.
    func step(mayAck: Bool) async throws -> Step {
        let (stream, reader, options) = (stream, reader, options)
        let (state, rows, acked) = try await store.read { db in
            let state = try OutletState.load(stream, in: db)
            let rows = try reader.rows(after: state.cursor, options: options, in: db)
            let acked = min(state.acked, BatchPosition(epoch: state.epoch, batch: state.batch))
            return (state, rows, try Settlement.sent(upTo: acked, of: stream, in: db))
        }
        try await settle(acked)
        if let leftover = try await queue.run({ [writer] in try writer.leftover(after: state) }) {
            try await adopt(leftover, after: state)
            return Step(isBusy: true, owesAck: state.owesAck)
        }
        guard !rows.isEmpty || (state.owesAck && mayAck) else { return Step(isBusy: false, owesAck: state.owesAck) }
        let time = clock()
        let written = try await queue.run { [writer] in try writer.write(rows, after: state, at: time) }
        try await record(written, after: state)
        return Step(isBusy: rows.count >= options.entries / 2, owesAck: false)
    }

    private func adopt(_ leftover: Manifest, after state: OutletState) async throws {
        Failpoint.outletAdopting.reached()
        let reader = reader
        let rows = try await store.read { try reader.rows(after: state.cursor, through: leftover.through, in: $0) }
        try await record(
            try await queue.run { [writer] in try writer.adopt(leftover, rows, after: state) }, after: state)
        logger.info("adopted segment \(leftover.position) of \(stream), written before the last stop")
    }

    private func record(_ written: SegmentWriter.Written, after state: OutletState) async throws {
        let stream = stream
        try await store.commit { db in
            try OutletState.record(written.manifest, itemHead: written.itemHead, of: stream, after: state, in: db)
        }
        Failpoint.outletRecorded.reached()
        bell.segment(stream).set()
    }

    /// Removes what the reader has acknowledged: first the files, then the record that they are awaited.
    private func settle(_ sent: [Settlement.Sent]) async throws {
        let stream = stream
        guard let last = sent.last else { return }
        Failpoint.outletSettling.reached()
        try await queue.run { [writer] in
            for batch in sent { try writer.remove(batch.position) }
            // The first acknowledgement within an epoch: its reader has left the ones before behind.
            if sent[0].position.batch == 1, last.position.epoch > 1 {
                try writer.removeEpochs(before: last.position.epoch)
            }
        }
        Failpoint.outletRemoved.reached()
        let time = clock()
        try await store.commit { try Settlement.settle(upTo: last, of: stream, at: time, in: $0) }
    }
}
