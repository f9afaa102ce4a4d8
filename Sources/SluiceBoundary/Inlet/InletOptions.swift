public struct InletOptions: Sendable {
    /// How long `run` sleeps when nobody rings; longer in a quiet time (`IdlePause`).
    public var poll = Duration.milliseconds(25)
    /// How long a missing batch may be awaited while later ones are there already.
    public var gapPatience = Duration.seconds(5)
    /// How often the folder is listed for later batches while the next one is missing.
    public var look = Duration.seconds(1)
    /// How long it waits after a failure, and how often a stopped stream looks whether it was resumed.
    public var retry = Duration.seconds(1)

    public init() {}
}
