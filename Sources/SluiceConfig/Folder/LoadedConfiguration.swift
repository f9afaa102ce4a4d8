public import SluiceSDK

/// Everything that a configuration folder says. One bad file never stops the others.
public struct LoadedConfiguration: Sendable {
    /// The folder, as it was given.
    public var folder: String
    /// nil when there is no such file, or when it has errors (then `issues` says which).
    public var external: ExternalFile?
    public var relay: RelayFile?
    public var internalZone: InternalFile?
    /// One for every file under `hotlines/` and `web/`, in the order of their ids.
    public var channels: [ChannelResult] = []
    /// Handlers without errors, owners by `order`.
    public var handlers: [HandlerFile] = []
    /// `rules/<name>.yaml` files that are a flat map: what `lookup: <name>` means.
    public var lookups: [String: [String: String]] = [:]
    /// All issues, the channels' too, by file and line.
    public var issues: [ConfigIssue] = []

    public init(folder: String) {
        self.folder = folder
    }

    public var errors: [ConfigIssue] { issues.filter { $0.severity == .error } }

    /// The channels without errors.
    public var goodChannels: [ChannelFile] { channels.compactMap(\.channel) }
}

/// One channel's file and what came of it.
public struct ChannelResult: Sendable {
    /// From the file's name.
    public var id: String
    public var path: String
    /// nil when the file has errors.
    public var channel: ChannelFile?
    public var issues: [ConfigIssue]
    /// What the file says of these two, where it can be read that far; also of a file with errors.
    public var name: String?
    public var source: String?

    public init(id: String, path: String, channel: ChannelFile?, issues: [ConfigIssue]) {
        self.id = id
        self.path = path
        self.channel = channel
        self.issues = issues
    }
}
