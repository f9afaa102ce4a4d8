/// What the listener as a whole may take; the limits of one channel are in its `ChannelLimits`.
public struct ListenerLimits: Sendable {
    /// Open connections. One more is answered 503 and closed.
    public var connections = 1024
    /// Bytes of bodies in memory at once, over all channels.
    public var bodies = 256 << 20
    /// From the first byte of a request to the end of its header.
    public var headerTime: Duration = .seconds(10)
    /// How long a connection may stay open between two requests.
    public var idleTime: Duration = .seconds(75)
    /// How long requests in hand may take when the listener stops.
    public var stopTime: Duration = .seconds(10)

    public init() {}
}
