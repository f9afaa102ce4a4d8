/// What may be written in one part of a configuration file.
///
/// The strict decoder, `sluice check`, the JSON Schema and the reference pages are all made from this one declaration.
public struct ConfigSpec: Sendable {
    public var fields: [ConfigField]

    public init(_ fields: [ConfigField]) {
        self.fields = fields
    }

    public func field(_ name: String) -> ConfigField? {
        fields.first { $0.name == name }
    }

    public static func + (left: ConfigSpec, right: ConfigSpec) -> ConfigSpec {
        ConfigSpec(left.fields + right.fields)
    }
}

/// One key of a configuration object.
public struct ConfigField: Sendable {
    public var name: String
    public var type: ConfigType
    /// The YAML text of the default; nil when there is none.
    public var defaultText: String?
    public var isRequired: Bool
    /// YAML text that shows the key in use.
    public var example: String?
    /// One or two sentences for the reference pages; Markdown.
    public var description: String

    public init(
        _ name: String, _ type: ConfigType, default defaultText: String? = nil, required: Bool = false,
        example: String? = nil, _ description: String
    ) {
        self.name = name
        self.type = type
        self.defaultText = defaultText
        self.isRequired = required
        self.example = example
        self.description = description
    }
}

/// The type of a configuration value.
public indirect enum ConfigType: Sendable {
    /// Any text; a plain YAML scalar keeps its spelling (`0012` stays "0012").
    case string
    /// Text that must come from `${env:…}` or `${file:…}` and is printed as `<redacted>`.
    case secret
    case integer(ClosedRange<Int>)
    case boolean
    /// `200ms`, `30s`, `10m`, `24h`, `30d`.
    case duration
    /// `512B`, `256KiB`, `8MiB`.
    case size
    /// `2000/s`, `100/m`: events in a period.
    case rate
    case choice([String])
    /// A selector of the channel's format; checked by the format.
    case selector
    /// Text with `{placeholders}`.
    case template
    /// The name of a text file, relative to the file that names it. What the plugin gets is the text, with `${…}` filled
    /// in; the file is part of the configuration's version.
    case textFile
    /// A value object of the mapping: a selector, or a map of steps.
    case mapping
    /// An address range, `10.0.0.0/24`.
    case network
    /// A scalar of any kind, kept with its spelling and whether it was quoted.
    case scalar
    /// Any YAML structure, handed to the plugin as it stands (`body: { json: … }`).
    case any
    case list(ConfigType)
    /// A map with free keys.
    case map(ConfigType)
    case object(ConfigSpec)
    /// An object whose `tag` key selects one of several shapes (`auth: { type: bearer, … }`).
    case variant(tag: String, [ConfigVariant])
    /// Either one value or a list of them.
    case oneOrMany(ConfigType)
}

/// One shape of a `ConfigType.variant`.
public struct ConfigVariant: Sendable {
    public var name: String
    public var summary: String
    public var spec: ConfigSpec

    public init(_ name: String, _ summary: String, _ spec: ConfigSpec) {
        self.name = name
        self.summary = summary
        self.spec = spec
    }
}
