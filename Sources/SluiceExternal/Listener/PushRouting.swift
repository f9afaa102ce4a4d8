public import SluiceSDK

/// Which channel answers a path. Asked for every request, so that a reload can change the answer.
public protocol PushRouting: Sendable {
    /// Called on the server's own threads: a look-up, never I/O.
    func route(path: String) -> PushRoute?
}

/// One channel's push endpoint, as the listener sees it.
public struct PushRoute: Sendable {
    public var channelID: String
    public var transport: any PushTransport
    public var limits: ChannelLimits
    /// Journals the message and returns what became of it. Whatever it throws, the sender hears "not stored, send
    /// again"; a `PushRefusal` is answered as it stands.
    public var receive: @Sendable (RawMessage) async throws -> MessageOutcome
    /// Told of every request that was not taken, for the channel's counts.
    public var refused: @Sendable (PushRefusal) -> Void

    public init(
        channelID: String, transport: any PushTransport, limits: ChannelLimits,
        receive: @escaping @Sendable (RawMessage) async throws -> MessageOutcome,
        refused: @escaping @Sendable (PushRefusal) -> Void = { _ in }
    ) {
        self.channelID = channelID
        self.transport = transport
        self.limits = limits
        self.receive = receive
        self.refused = refused
    }
}
