/// Something that a configuration names by `type:`: a transport, a format or a sender.
public protocol Plugin: Sendable {
    static var spec: PluginSpec { get }
}

/// A plugin's name, what it is for, and its configuration.
public struct PluginSpec: Sendable {
    /// The word behind `type:`.
    public var name: String
    /// One sentence for the reference pages.
    public var summary: String
    public var config: ConfigSpec

    public init(_ name: String, _ summary: String, _ config: ConfigSpec) {
        self.name = name
        self.summary = summary
        self.config = config
    }
}

/// Which channel a plugin works for, and the limits that hold for it.
public struct ChannelContext: Sendable {
    public var channelID: String
    public var limits: ChannelLimits
    /// What the transport last handed over as `InboundMessage.checkpoint` and the journal committed; nil at first.
    public var checkpoint: String?
    /// The gateway's zone: what hours and days of a schedule mean.
    public var zone: Zone
    /// Where a plugin may say what ops should know; one line, no personal data.
    public var report: @Sendable (String) -> Void
    /// Where a plugin hands on what somebody else's program says, one line each; it goes to the log alone.
    public var log: @Sendable (PluginLogLevel, String) -> Void = { _, _ in }

    public init(
        channelID: String, limits: ChannelLimits = ChannelLimits(), checkpoint: String? = nil,
        zone: Zone = .shanghai, report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.channelID = channelID
        self.limits = limits
        self.checkpoint = checkpoint
        self.zone = zone
        self.report = report
    }
}

/// How much a line of a log matters.
public enum PluginLogLevel: String, Sendable, CaseIterable {
    case debug, info, warning, error
}

/// What one channel may take (`limits:`). Everything over a limit is refused and counted, never cut.
public struct ChannelLimits: Sendable {
    /// Bytes of one raw message, after decompression.
    public var message = 8 << 20
    /// Bytes of one record.
    public var record = 256 << 10
    /// Records or requests in a second; nil is unlimited.
    public var rate: Double?
    /// Requests in hand at once.
    public var connections = 32
    /// How long one message may take to arrive.
    public var time: Duration = .seconds(30)
    /// Nesting depth of a JSON document.
    public var depth = 64
    /// Columns of one CSV row.
    public var columns = 2_000
    /// Records in one message.
    public var records = 100_000

    public init() {}
}
