public import GRDB
public import Logging
public import SluiceSDK
public import SluiceStore
internal import Synchronization

/// Reads one stream: opens the next batch, checks everything, and hands it over in one transaction with its cursor.
public final class Inlet: Sendable {
    public let stream: BoundaryStream
    let wire: BoundaryStream
    let store: Store
    let source: any BatchSource
    let opener: BatchOpener
    private let options: InletOptions
    let bell: BoundaryBell
    let clock: @Sendable () -> Timestamp
    private let queue: BlockingQueue
    let logger: Logger
    private let problem: StreamProblem

    /// - Parameters:
    ///   - stream: as this zone's store knows it.
    ///   - wire: its name in the batches, where that is another: to a further external producer.
    ///   - place: where the other zone's batches come by.
    ///   - key: of the stream's producer.
    ///   - origins: keys of the producers whose items the relay passes on, by name (`external`, `internal`).
    public init(
        stream: BoundaryStream, as wire: BoundaryStream? = nil, from place: BatchPlace, store: Store,
        key: VerifyingKey,
        origins: [String: VerifyingKey] = [:],
        bell: BoundaryBell = BoundaryBell(), options: InletOptions = InletOptions(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.stream = stream
        self.store = store
        self.options = options
        self.bell = bell
        self.clock = clock
        self.logger = logger
        problem = StreamProblem(stream, doing: "read", logger: logger)
        self.wire = wire ?? stream
        source = place.source(of: self.wire)
        opener = BatchOpener(stream: self.wire, key: key, origins: origins)
        queue = BlockingQueue(label: "inlet.\(stream.name)")
    }

    /// Until its task is cancelled.
    ///
    /// `consume` runs inside the transaction that also moves the cursor, so a batch is taken once and wholly or not at
    /// all. What it throws is logged and the batch is tried again. A `ChainBreak` stops the stream durably: `run` goes
    /// on, idle, until `resume`.
    /// - Parameter taken: called after the commit; ring what has to go on (`outlet.notify()`).
    public func run(
        consume: @escaping @Sendable (Database, InboundBatch) throws -> Void,
        taken: @escaping @Sendable (InboundBatch) -> Void = { _ in }
    ) async throws {
        try await run(prepare: { _ in }, consume: { db, batch, _ in try consume(db, batch) }, taken: taken)
    }

    /// As above; `prepare` works on the batch before the transaction, off the writer's queue: parse and check there.
    public func run<Prepared: Sendable>(
        prepare: @escaping @Sendable (InboundBatch) throws -> Prepared,
        consume: @escaping @Sendable (Database, InboundBatch, Prepared) throws -> Void,
        taken: @escaping @Sendable (InboundBatch) -> Void = { _ in }
    ) async throws {
        let signal = bell.segment(wire)
        var obstacle = Obstacle()
        var pause = IdlePause(options.poll)
        // The row, as long as nothing went wrong: an idle look costs one system call, no query.
        var known: InletState?
        while !Task.isCancelled {
            do {
                let step = try await step(from: known, prepare: prepare, consume: consume, taken: taken)
                known = nil
                problem.clear()
                switch step {
                case .took(let state):
                    known = state
                    obstacle = Obstacle()
                    pause.end()
                case .stopped: await signal.wait(upTo: options.retry)
                case .nothing(let state):
                    known = state
                    if try await look(for: &obstacle, after: state) { known = nil }
                    await source.wait(signal, upTo: pause.next())
                }
            } catch {
                known = nil
                problem.report(error)
                await signal.wait(upTo: options.retry)
            }
        }
    }

    enum Step: Sendable {
        case took(InletState)
        case nothing(InletState)
        case stopped(ChainBreak)
    }

    /// At most one batch.
    func step<Prepared: Sendable>(
        from known: InletState? = nil,
        prepare: @escaping @Sendable (InboundBatch) throws -> Prepared,
        consume: @escaping @Sendable (Database, InboundBatch, Prepared) throws -> Void,
        taken: @escaping @Sendable (InboundBatch) -> Void = { _ in }
    ) async throws -> Step {
        let state = if let known { known } else { try await state() }
        if let stop = state.stop {
            return try await goOn(behind: stop, state)
        }
        let (found, prepared): (BatchOpener.Found, Prepared)
        do {
            guard let bytes = try await source.batch(at: state.next) else { return .nothing(state) }
            (found, prepared) = try await queue.run { [opener] in
                let found = try opener.open(bytes, after: state)
                return (found, try prepare(found.batch))
            }
        } catch let stop as ChainBreak {
            return .stopped(try await record(stop))
        }
        try await source.confirm(found.state.position)
        Failpoint.inletRead.reached()
        let stream = stream
        try await store.commit { db in
            try InletState.advance(stream, from: state, to: found.state, taking: found.batch, in: db)
            try consume(db, found.batch, prepared)
            Failpoint.inletConsumed.reached()
        }
        Failpoint.inletTaken.reached()
        // Its acknowledgement may free segments, and this batch wants one.
        bell.outbox(stream.opposite).set()
        taken(found.batch)
        return .took(found.state)
    }

    /// Why the stream stands still, if it does.
    public func stop() async throws -> ChainBreak? {
        let stream = stream
        return try await store.read { try InletState.load(stream, in: $0)?.stop }
    }

    /// What keeps it from reading, other than a `stop()`; nil when all is well.
    public var currentProblem: String? { problem.current }

    /// Lets a stopped stream try again; approves the epoch that the producer raised, if that is why it stopped.
    public func resume() async throws {
        let stream = stream
        try await store.commit { try InletState.resume(stream, in: $0) }
        logger.notice("stream \(stream) was resumed")
        bell.segment(wire).set()
    }

    /// For a zone that does not run: the same as `resume()`, in the caller's transaction.
    public static func resume(_ stream: BoundaryStream, in db: Database) throws {
        try InletState.resume(stream, in: db)
    }

    func state() async throws -> InletState {
        let stream = stream
        if let state = try await store.read({ try InletState.load(stream, in: $0) }) { return state }
        return try await store.commit { db in
            try InletState.prepare(stream, in: db)
            return try InletState.load(stream, in: db)
                ?? { throw BoundaryError("boundary.no-inlet", "the inlet row of \(stream) is gone") }()
        }
    }

    /// A gap ends by itself when the missing batch comes, late on its way or carried once more: it is checked like any
    /// other, and there is nothing for a person to decide. When an epoch is raised behind a gap, that is what stops it.
    private func goOn(behind stop: ChainBreak, _ state: InletState) async throws -> Step {
        guard stop.code == ChainBreak.gap else { return .stopped(stop) }
        if try await source.has(state.next) {
            logger.notice("stream \(stream): the missing batch \(state.next) has come")
            try await resume()
            return .nothing(try await self.state())
        }
        guard let found = try await source.obstacle(in: wire, after: state), found.code == ChainBreak.epochRaised
        else { return .stopped(stop) }
        try await resume()
        return .stopped(try await record(found))
    }

    /// - Returns: the same of the stream as the store knows it.
    @discardableResult
    private func record(_ found: ChainBreak) async throws -> ChainBreak {
        let stop = ChainBreak(
            found.code, stream: stream, position: found.position, line: found.line, found.reason)
        let time = clock()
        try await store.commit { try InletState.record(stop, at: time, in: $0) }
        logger.critical("stream \(stream) stopped: \(stop)")
        return stop
    }

    private func adopt(_ epoch: Int) async throws -> Bool {
        let stream = stream
        if try await store.commit({ try InletState.adopt(epoch, of: stream, in: $0) }) {
            logger.notice("stream \(stream) goes on with epoch \(epoch), which follows from this store's restoration")
        }
        return true
    }

    /// Something that is in the way must stay there for a while before it stops the stream: files may arrive out of
    /// order on a carried disk.
    private struct Obstacle {
        var looked: ContinuousClock.Instant?
        var code: String?
        var since = ContinuousClock.now
    }

    /// True when the stream was stopped because of it, or begins anew.
    private func look(for obstacle: inout Obstacle, after state: InletState) async throws -> Bool {
        if let looked = obstacle.looked, .now - looked < options.look { return false }
        obstacle.looked = .now
        try await source.tidy(upTo: state.position)
        guard let found = try await source.obstacle(in: wire, after: state) else {
            obstacle.code = nil
            return false
        }
        if obstacle.code != found.code {
            obstacle.code = found.code
            obstacle.since = .now
        }
        guard .now - obstacle.since >= options.gapPatience else { return false }
        if state.awaitsEpoch {
            // Restored with a person's order: the gap is known, and what closes it needs no second approval.
            return found.code == ChainBreak.epochRaised ? try await adopt(found.position.epoch) : false
        }
        try await record(found)
        return true
    }
}
