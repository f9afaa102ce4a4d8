public import GRDB
public import Logging
public import SluiceSDK
public import SluiceStore

/// Writes one stream: takes what waits in the outbox, signs it in batches and puts them into the stream's folder.
public final class Outlet: Sendable {
    public let stream: BoundaryStream

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
    }

    /// Call after the commit of a transaction that appended to the outbox.
    public func notify() {}

    /// Until its task is cancelled. Failures of the disk are logged and tried again.
    public func run() async throws {}
}

public struct OutletOptions: Sendable {
    /// Entries and bytes in one batch.
    public var entries = 500
    public var bytes = 4 << 20
    /// How long `run` sleeps when nobody calls `notify`.
    public var poll = Duration.milliseconds(50)
    /// How long an acknowledgement waits for something to travel with.
    public var ackDelay = Duration.milliseconds(500)

    public init() {}
}
