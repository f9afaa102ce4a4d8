/// A configuration object that was checked against its `ConfigSpec`; defaults are filled in.
///
/// The accessors trust the check: a key that the spec does not declare, or declares with another type, is a mistake
/// of the plugin's author and is reported as an issue at the key.
public struct Config: Sendable {
    public let value: ConfigValue
    /// The folder that relative paths in this file start from.
    public let baseFolder: String
    /// Absolute paths of the programs that the zone's file allows to be run (`programs:`).
    public let programs: Set<String>

    public init(_ value: ConfigValue, baseFolder: String = ".", programs: Set<String> = []) {
        self.value = value
        self.baseFolder = baseFolder
        self.programs = programs
    }

    public var place: ConfigPlace { value.place }

    public func has(_ key: String) -> Bool {
        value[key].map { !$0.isNull } ?? false
    }

    /// The raw value, nil when the key is absent or null.
    public func optional(_ key: String) -> ConfigValue? {
        value[key].flatMap { $0.isNull ? nil : $0 }
    }

    public func required(_ key: String) throws -> ConfigValue {
        guard let found = optional(key) else {
            throw ConfigIssue(at: place, "config.missing-key", "'\(key)' is missing", hint: "add '\(key): …'")
        }
        return found
    }

    public func optionalString(_ key: String) throws -> String? {
        guard let found = optional(key) else { return nil }
        guard let text = found.text else { throw mistyped(found, key, "text") }
        return text
    }

    public func string(_ key: String) throws -> String {
        try optionalString(key) ?? required(key).text ?? ""
    }

    public func optionalInteger(_ key: String) throws -> Int? {
        guard let found = optional(key) else { return nil }
        guard let number = found.text.flatMap({ Int($0) }) else { throw mistyped(found, key, "a whole number") }
        return number
    }

    public func integer(_ key: String) throws -> Int {
        guard let number = try optionalInteger(key) else { throw mistyped(try required(key), key, "a whole number") }
        return number
    }

    public func boolean(_ key: String) throws -> Bool {
        let found = try required(key)
        guard let flag = found.text.flatMap({ Bool($0) }) else { throw mistyped(found, key, "true or false") }
        return flag
    }

    public func optionalDuration(_ key: String) throws -> Duration? {
        guard let found = optional(key) else { return nil }
        guard let duration = found.text.flatMap(Units.duration) else {
            throw mistyped(found, key, "a duration like 30s")
        }
        return duration
    }

    public func duration(_ key: String) throws -> Duration {
        guard let duration = try optionalDuration(key) else { throw mistyped(try required(key), key, "a duration") }
        return duration
    }

    /// Bytes.
    public func optionalSize(_ key: String) throws -> Int? {
        guard let found = optional(key) else { return nil }
        guard let size = found.text.flatMap(Units.size) else { throw mistyped(found, key, "a size like 8MiB") }
        return size
    }

    public func strings(_ key: String) throws -> [String] {
        guard let found = optional(key) else { return [] }
        if let text = found.text { return [text] }
        guard let items = found.items else { throw mistyped(found, key, "a list") }
        return try items.map { item in
            guard let text = item.text else { throw mistyped(item, key, "text") }
            return text
        }
    }

    public func optionalObject(_ key: String) -> Config? {
        optional(key).map { Config($0, baseFolder: baseFolder, programs: programs) }
    }

    public func object(_ key: String) throws -> Config {
        Config(try required(key), baseFolder: baseFolder, programs: programs)
    }

    /// A path of the file, made absolute against `baseFolder`.
    public func path(_ key: String) throws -> String {
        let text = try string(key)
        return text.hasPrefix("/") ? text : baseFolder + "/" + text
    }

    private func mistyped(_ value: ConfigValue, _ key: String, _ wanted: String) -> ConfigIssue {
        ConfigIssue(at: value.place, "config.type", "'\(key)' is not \(wanted)", hint: "write \(wanted)")
    }
}
