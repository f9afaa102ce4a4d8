public import SluiceSDK

extension Config {
    /// The configuration as a plugin gets it: with the defaults of its spec. What the spec does not know is left in;
    /// finding that is the strict decoder's business.
    public init(_ value: ConfigValue, spec: ConfigSpec, baseFolder: String = ".") {
        self.init(Self.filled(value, spec), baseFolder: baseFolder)
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

extension ConfigValue {
    /// A scalar in quotes: `"0"` is text where `0` is a number.
    public static func quoted(_ text: String) -> ConfigValue {
        ConfigValue(.scalar(text: text, plain: false))
    }
}
