public import SluiceSDK

/// Holds a configuration value against its declaration, to the end: every mistake becomes an issue.
///
/// What comes back has the defaults filled in and the unknown keys left out; it may be used when there are no issues.
public struct ConfigDecoder {
    public internal(set) var issues: [ConfigIssue] = []
    /// The texts of the files that were named, as they were written, in the order of the configuration.
    private(set) var texts: [String] = []
    /// Fills in the references of such a text.
    private let fill: (ConfigValue) -> ConfigValue

    public init() {
        self.init { $0 }
    }

    init(fill: @escaping (ConfigValue) -> ConfigValue) {
        self.fill = fill
    }

    /// - Parameter name: what messages call the object, `source`.
    public mutating func decode(_ value: ConfigValue, as spec: ConfigSpec, named name: String) -> ConfigValue {
        guard let entries = value.entries else {
            mistyped(value, name, .object(spec))
            return ConfigValue(.map([]), at: value.place)
        }
        var decoded: [ConfigEntry] = []
        for entry in entries {
            guard let field = spec.field(entry.key) else {
                let hint = NearestName.hint(for: entry.key, among: spec.fields.map(\.name))
                issues.append(.init(at: entry.place, .unknownKey, "unknown key '\(entry.key)'", hint: hint))
                continue
            }
            // A key without a value is a key left out; a channel takes a profile's key back so.
            if entry.value.isNull { continue }
            decoded.append(
                ConfigEntry(
                    key: entry.key, at: entry.place, value: decode(entry.value, as: field.type, named: entry.key)))
        }
        for field in spec.fields where !decoded.contains(where: { $0.key == field.name }) {
            if let value = absent(field, in: name, at: value.place) {
                decoded.append(ConfigEntry(key: field.name, at: value.place, value: value))
            }
        }
        return ConfigValue(.map(decoded), at: value.place)
    }

    mutating func decode(_ value: ConfigValue, as type: ConfigType, named name: String) -> ConfigValue {
        switch type {
        case .any, .mapping: return value
        case .textFile: return textFile(value, named: name)
        case .list(let element): return list(value, of: element, named: name)
        case .map(let element): return map(value, of: element, named: name)
        case .object(let spec): return decode(value, as: spec, named: name)
        case .variant(let tag, let variants): return variant(value, tag: tag, variants, named: name)
        case .oneOrMany(let element):
            return value.items == nil ? decode(value, as: element, named: name) : list(value, of: element, named: name)
        default:
            checkScalar(value, type, named: name)
            return value
        }
    }

    /// The text in place of the file's name.
    private mutating func textFile(_ value: ConfigValue, named name: String) -> ConfigValue {
        guard let path = value.text, !path.isEmpty else {
            mistyped(value, name, .textFile)
            return value
        }
        let folder = value.place.file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        do {
            let text = try YAMLFile.text(
                of: path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path)
            texts.append(text)
            return fill(ConfigValue(.scalar(text: text, plain: false), at: value.place, isSecret: value.isSecret))
        } catch {
            for issue in error.issues {
                let message = "\(issue.message): '\(path)' of '\(name)'"
                issues.append(ConfigIssue(at: value.place, issue.rule, message, hint: issue.hint))
            }
            return value
        }
    }

    private mutating func list(_ value: ConfigValue, of element: ConfigType, named name: String) -> ConfigValue {
        guard let items = value.items else {
            mistyped(value, name, .list(element))
            return value
        }
        return ConfigValue(.list(items.map { decode($0, as: element, named: name) }), at: value.place)
    }

    private mutating func map(_ value: ConfigValue, of element: ConfigType, named name: String) -> ConfigValue {
        guard let entries = value.entries else {
            mistyped(value, name, .map(element))
            return value
        }
        var decoded: [ConfigEntry] = []
        for entry in entries where !entry.value.isNull {
            let value = decode(entry.value, as: element, named: "\(name).\(entry.key)")
            decoded.append(ConfigEntry(key: entry.key, at: entry.place, value: value))
        }
        return ConfigValue(.map(decoded), at: value.place)
    }

    private mutating func variant(
        _ value: ConfigValue, tag: String, _ variants: [ConfigVariant], named name: String
    ) -> ConfigValue {
        guard value.entries != nil else {
            mistyped(value, name, .object(ConfigSpec([])))
            return value
        }
        let names = variants.map(\.name)
        guard let chosen = value[tag], !chosen.isNull else {
            let hint = "add '\(tag): …', one of \(names.joined(separator: ", "))"
            issues.append(.init(at: value.place, .missingKey, "'\(tag)' is missing in '\(name)'", hint: hint))
            return value
        }
        guard let variant = variants.first(where: { $0.name == chosen.text }) else {
            let shown = chosen.text == nil ? "" : " '\(chosen)'"
            let hint = NearestName.hint(for: chosen.isSecret ? "" : chosen.text ?? "", among: names)
            issues.append(.init(at: chosen.place, .choice, "unknown \(tag)\(shown) of '\(name)'", hint: hint))
            return value
        }
        warnOfWeakDigest(value, variant.name)
        let label = ConfigField(tag, .choice(names), required: true, variant.summary)
        return decode(value, as: ConfigSpec([label]) + variant.spec, named: name)
    }

    private mutating func warnOfWeakDigest(_ value: ConfigValue, _ variant: String) {
        guard variant == "signature", let algorithm = value["algorithm"], algorithm.text == "md5" else { return }
        issues.append(
            .init(
                at: algorithm.place, .weakDigest, "md5 can be forged",
                hint: "ask the upstream for hmac-sha256 or hmac-sm3, and let this channel be reviewed until then",
                severity: .warning))
    }

    /// The default of a key that is not there; an issue when it had to be.
    private mutating func absent(_ field: ConfigField, in name: String, at place: ConfigPlace) -> ConfigValue? {
        if let text = field.defaultText {
            // `*.csv` is no YAML, and still a fair way to write a default.
            let parsed = (try? YAMLFile.parse(text, file: place.file)) ?? ConfigValue(text)
            return decode(parsed.moved(to: place), as: field.type, named: field.name)
        }
        guard field.isRequired else { return nil }
        let hint = "add '\(field.name): \(field.example ?? "…")'"
        issues.append(.init(at: place, .missingKey, "'\(field.name)' is missing in '\(name)'", hint: hint))
        return nil
    }
}

extension ConfigValue {
    /// The same with one place throughout: a default stands where it was left out.
    func moved(to place: ConfigPlace) -> ConfigValue {
        switch content {
        case .scalar: ConfigValue(content, at: place, isSecret: isSecret)
        case .list(let items): ConfigValue(.list(items.map { $0.moved(to: place) }), at: place)
        case .map(let entries):
            ConfigValue(
                .map(entries.map { ConfigEntry(key: $0.key, at: place, value: $0.value.moved(to: place)) }), at: place)
        }
    }
}
