internal import SluiceSDK

/// `extends:`: what families of channels share, from `profiles/<name>.yaml`.
///
/// Maps merge, lists and scalars replace. Places stay those of the file where a value stands.
final class Profiles {
    private let folder: String
    private let names: [String]
    private var read: [String: Result<ConfigValue, ConfigIssues>] = [:]

    init(folder: String, names: [String]) {
        self.folder = folder
        self.names = names
    }

    /// - Throws: `ConfigIssues`.
    func resolve(_ value: ConfigValue, through chain: [String] = []) throws -> ConfigValue {
        guard let extends = value["extends"], !extends.isNull else { return value }
        guard let name = extends.text, !name.isEmpty else {
            throw ConfigIssues([
                .init(at: extends.place, .type, "'extends' is not text", hint: "write the name of one profile")
            ])
        }
        guard !chain.contains(name) else {
            let cycle = (chain + [name]).joined(separator: " → ")
            let hint = "take 'extends' out of one of them"
            throw ConfigIssues([
                .init(at: extends.place, .profileCycle, "profiles extend each other: \(cycle)", hint: hint)
            ])
        }
        guard names.contains(name) else {
            let hint = NearestName.hint(for: name, among: names)
            throw ConfigIssues([
                .init(at: extends.place, .unknownProfile, "there is no profile '\(name)' in \(folder)", hint: hint)
            ])
        }
        let base = try resolve(try profile(name), through: chain + [name])
        return Self.merge(base, under: value)
    }

    private func profile(_ name: String) throws -> ConfigValue {
        if let known = read[name] { return try known.get() }
        let result = Result { try YAMLFile.read("\(folder)/\(name).yaml") }.mapError {
            $0 as? ConfigIssues ?? ConfigIssues([])
        }
        read[name] = result
        return try result.get()
    }

    static func merge(_ base: ConfigValue, under value: ConfigValue) -> ConfigValue {
        guard let below = base.entries, let above = value.entries else { return value }
        var merged = below
        for entry in above {
            guard let index = merged.firstIndex(where: { $0.key == entry.key }) else {
                merged.append(entry)
                continue
            }
            merged[index] = ConfigEntry(
                key: entry.key, at: entry.place, value: merge(merged[index].value, under: entry.value))
        }
        return ConfigValue(.map(merged), at: value.place)
    }
}
