public struct OutletOptions: Sendable {
    /// Entries and bytes in one batch.
    public var entries = 500
    public var bytes = 4 << 20
    /// How long `run` sleeps when nobody calls `notify`; longer in a quiet time (`IdlePause`).
    public var poll = Duration.milliseconds(50)
    /// How long it waits after waking for more to come: every batch is a segment, a signature and transactions in two
    /// zones, however little is in it.
    public var linger = Duration.milliseconds(25)
    /// How long an acknowledgement waits for something to travel with.
    public var ackDelay = Duration.milliseconds(500)
    /// How long it waits after a failure.
    public var retry = Duration.seconds(1)
    /// Tests throw from it to stand for a kill between two steps of a write.
    var failpoint: @Sendable (Files.WriteStep) throws -> Void = { _ in }

    public init() {}
}
