public import GRDB
public import Logging
public import SluiceSDK
public import SluiceStore

/// Reads one stream: opens the next batch, checks everything, and hands it over in one transaction with its cursor.
public final class Inlet: Sendable {
    public let stream: BoundaryStream

    /// - Parameters:
    ///   - folder: where the other zone's segments stand.
    ///   - key: of the stream's producer.
    ///   - origins: keys of the producers whose items the relay passes on, by name (`external`, `internal`).
    public init(
        stream: BoundaryStream, folder: String, store: Store, key: VerifyingKey, origins: [String: VerifyingKey] = [:],
        bell: BoundaryBell = BoundaryBell(), options: InletOptions = InletOptions(), logger: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.stream = stream
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
    ) async throws {}

    /// Why the stream stands still, if it does.
    public func stop() async throws -> ChainBreak? { nil }

    /// Lets a stopped stream try again; approves the epoch that the producer raised, if that is why it stopped.
    public func resume() async throws {}
}

public struct InletOptions: Sendable {
    /// How long `run` sleeps when nobody rings.
    public var poll = Duration.milliseconds(25)
    /// How long a missing batch may be awaited while later ones are there already.
    public var gapPatience = Duration.seconds(5)

    public init() {}
}
