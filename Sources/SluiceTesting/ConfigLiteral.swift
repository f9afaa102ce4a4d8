public import SluiceSDK

/// A configuration written in a test as it would stand in YAML: `["path": "/a", "auth": ["type": "none"]]`.
public struct ConfigLiteral: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public let value: ConfigValue

    public init(stringLiteral text: String) { value = ConfigValue(.scalar(text: text, plain: false)) }
    public init(integerLiteral number: Int) { value = ConfigValue("\(number)") }
    public init(booleanLiteral flag: Bool) { value = ConfigValue("\(flag)") }
    public init(arrayLiteral items: ConfigLiteral...) { value = ConfigValue(.list(items.map(\.value))) }

    public init(dictionaryLiteral entries: (String, ConfigLiteral)...) {
        value = ConfigValue(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
    }

    public init(_ value: ConfigValue) { self.value = value }

    /// Text that is not a literal.
    public static func text(_ text: String) -> ConfigLiteral { ConfigLiteral(stringLiteral: text) }
}

extension Config {
    /// The configuration as a plugin gets it: with the defaults of its spec. What the spec does not know is left in;
    /// finding that is the strict decoder's business.
    public init(_ literal: ConfigLiteral, spec: ConfigSpec, baseFolder: String = ".") {
        self.init(Self.filled(literal.value, spec), baseFolder: baseFolder)
    }

    private static func filled(_ value: ConfigValue, _ spec: ConfigSpec) -> ConfigValue {
        guard var entries = value.entries else { return value }
        for field in spec.fields {
            if let index = entries.firstIndex(where: { $0.key == field.name }) {
                entries[index].value = filled(entries[index].value, field.type)
            } else if let text = field.defaultText {
                entries.append(ConfigEntry(key: field.name, value: standard(text)))
            }
        }
        return ConfigValue(.map(entries), at: value.place)
    }

    private static func filled(_ value: ConfigValue, _ type: ConfigType) -> ConfigValue {
        switch type {
        case .object(let spec): return filled(value, spec)
        case .variant(let tag, let variants):
            guard let variant = variants.first(where: { $0.name == value[tag]?.text }) else { return value }
            return filled(value, variant.spec)
        default: return value
        }
    }

    /// The few forms of YAML that defaults have.
    private static func standard(_ text: String) -> ConfigValue {
        if text == "{}" { return ConfigValue(.map([])) }
        let inside = text.dropFirst().dropLast()
        if text.hasPrefix("[") {
            return ConfigValue(.list(inside.split(separator: ",").map { ConfigValue(String($0.drop { $0 == " " })) }))
        }
        return text.hasPrefix("\"") ? ConfigValue(.scalar(text: String(inside), plain: false)) : ConfigValue(text)
    }
}
