internal import SluiceConfig
public import SluiceSDK

/// The plugins the external zone may use, by the name behind `type:`. The command line makes it from its catalogue.
public struct ExternalPlugins: Sendable {
    public var transports: [any Transport.Type]
    public var pushTransports: [any PushTransport.Type]
    public var formats: [any Format.Type]
    public var replySenders: [any ReplySender.Type]

    public init(
        transports: [any Transport.Type], pushTransports: [any PushTransport.Type], formats: [any Format.Type],
        replySenders: [any ReplySender.Type]
    ) {
        self.transports = transports
        self.pushTransports = pushTransports
        self.formats = formats
        self.replySenders = replySenders
    }

    func format(_ use: PluginUse) throws -> any Format {
        guard let found = formats.first(where: { $0.spec.name == use.type }) else { throw unknown("format", use) }
        return try found.init(use.config)
    }

    func source(_ use: PluginUse, context: ChannelContext) throws -> ChannelSource {
        if let found = pushTransports.first(where: { $0.spec.name == use.type }) {
            return .push(try found.init(use.config, context: context))
        }
        guard let found = transports.first(where: { $0.spec.name == use.type }) else {
            throw unknown("transport", use)
        }
        return .fetch(try found.init(use.config, context: context))
    }

    /// For the channel's source, where it can be told anew what became of a record.
    func corrector(_ file: ChannelFile, zone: Zone) throws -> (any CorrectingTransport)? {
        let found = transports.first { $0.spec.name == file.source.type }
        guard let correcting = found as? any CorrectingTransport.Type else { return nil }
        let context = ChannelContext(channelID: file.id, limits: file.limits, zone: zone)
        return try correcting.init(file.source.config, context: context)
    }

    func replySender(_ use: PluginUse, context: ChannelContext) throws -> any ReplySender {
        guard let found = replySenders.first(where: { $0.spec.name == use.type }) else {
            throw unknown("reply sender", use)
        }
        return try found.init(use.config, context: context)
    }

    /// What the channel's reply sender wants remembered of every record.
    func remembered(_ use: PluginUse) throws -> [OriginValue] {
        guard let found = replySenders.first(where: { $0.spec.name == use.type }) else {
            throw unknown("reply sender", use)
        }
        return try found.remembered(use.config)
    }

    private func unknown(_ kind: String, _ use: PluginUse) -> ConfigIssue {
        ConfigIssue(at: use.place, "config.unknown-plugin", "there is no \(kind) '\(use.type)'")
    }
}

/// How a channel's bytes arrive.
enum ChannelSource: Sendable {
    case push(any PushTransport)
    case fetch(any Transport)
}
