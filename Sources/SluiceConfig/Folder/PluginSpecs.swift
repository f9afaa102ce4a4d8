public import SluiceSDK

/// The plugins that a configuration may name, by what they are used for.
///
/// Filled from the program's plugin list; the checks, the JSON Schema and the reference pages read it.
public struct PluginSpecs: Sendable {
    /// Behind `source: type:`; push transports too.
    public var transports: [PluginSpec]
    /// Behind `format: type:`.
    public var formats: [PluginSpec]
    /// Behind `reply: type:`.
    public var replySenders: [PluginSpec]
    /// Behind `deliver: type:`.
    public var deliverySenders: [PluginSpec]

    public init(
        transports: [PluginSpec] = [], formats: [PluginSpec] = [], replySenders: [PluginSpec] = [],
        deliverySenders: [PluginSpec] = []
    ) {
        self.transports = transports
        self.formats = formats
        self.replySenders = replySenders
        self.deliverySenders = deliverySenders
    }
}

/// A plugin named by `type:`, and its checked configuration with the defaults filled in.
public struct PluginUse: Sendable {
    public var type: String
    public var config: Config

    public init(type: String, config: Config) {
        self.type = type
        self.config = config
    }

    public var place: ConfigPlace { config.place }
}
