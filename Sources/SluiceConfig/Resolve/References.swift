internal import Foundation
internal import SluiceSDK

/// Fills in `${env:NAME}` and `${file:name}`. What they give is secret: it is never printed.
///
/// `$${` stands for `${` itself.
struct References {
    let environment: [String: String]
    /// The zone's `secrets` folder.
    let secretsFolder: String
    let policy: ReferencePolicy
    private(set) var issues: [ConfigIssue] = []
    /// A key is at most a few kilobytes; a larger file is a mistake.
    private static let maxSecretBytes = 64 << 10

    init(environment: [String: String], secretsFolder: String, policy: ReferencePolicy = .required) {
        self.environment = environment
        self.secretsFolder = secretsFolder
        self.policy = policy
    }

    mutating func fill(_ value: ConfigValue) -> ConfigValue {
        switch value.content {
        case .scalar(let text, let plain):
            guard text.contains("${") else { return value }
            var isSecret = value.isSecret
            let filled = fill(text, at: value.place, isSecret: &isSecret)
            return ConfigValue(.scalar(text: filled, plain: plain), at: value.place, isSecret: isSecret)
        case .list(let items):
            return ConfigValue(.list(items.map { fill($0) }), at: value.place, isSecret: value.isSecret)
        case .map(let entries):
            let filled = entries.map { ConfigEntry(key: $0.key, at: $0.place, value: fill($0.value)) }
            return ConfigValue(.map(filled), at: value.place, isSecret: value.isSecret)
        }
    }

    private mutating func fill(_ text: String, at place: ConfigPlace, isSecret: inout Bool) -> String {
        var out = ""
        var rest = Substring(text)
        while let start = rest.range(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("$") {
                out += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            out += before
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                issues.append(
                    .init(
                        at: place, .reference, "'${' without '}'",
                        hint: "write ${env:NAME} or ${file:name}, or $${ for the signs themselves"))
                return ""
            }
            isSecret = true
            out += resolve(rest[start.upperBound..<end], at: place)
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }

    private mutating func resolve(_ reference: Substring, at place: ConfigPlace) -> String {
        let parts = reference.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("env", 2): return variable(parts[1], at: place)
        case ("file", 2): return file(parts[1], at: place)
        default:
            issues.append(
                .init(
                    at: place, .reference, "'${\(reference)}' is not a reference",
                    hint: "write ${env:NAME} or ${file:name}"))
            return ""
        }
    }

    private mutating func variable(_ name: String, at place: ConfigPlace) -> String {
        guard let found = environment[name], !found.isEmpty else {
            let state = environment[name] == nil ? "is not set" : "is empty"
            return missing(
                .init(
                    at: place, .missingVariable, "the environment variable '\(name)' \(state)",
                    hint: "set it where sluice is started"))
        }
        return found
    }

    private mutating func file(_ name: String, at place: ConfigPlace) -> String {
        guard let path = contained(name) else {
            issues.append(
                .init(
                    at: place, .secretFilePath, "'\(name)' leads out of the secrets folder",
                    hint: "write a file name relative to \(secretsFolder)"))
            return ""
        }
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: Self.maxSecretBytes + 1),
            data.count <= Self.maxSecretBytes, let text = String(validating: Array(data), as: UTF8.self)
        else {
            let hint = "put it there, readable by this user: UTF-8 text of at most 64 KiB"
            return missing(
                .init(
                    at: place, .missingSecretFile, "there is no readable secret '\(name)' in \(secretsFolder)",
                    hint: hint))
        }
        let trimmed = String(
            text[..<(text.lastIndex { !$0.isNewline }.map { text.index(after: $0) } ?? text.startIndex)])
        if trimmed.isEmpty {
            issues.append(
                .init(
                    at: place, .missingSecretFile, "the secret '\(name)' in \(secretsFolder) is empty",
                    hint: "write the secret into it"))
        }
        return trimmed
    }

    /// Not empty, so that the key does not count as missing too.
    private mutating func missing(_ issue: ConfigIssue) -> String {
        if policy == .required { issues.append(issue) }
        return "unresolved"
    }

    /// The file's path, or nil when it would lie outside of the secrets folder, by its name or through a link.
    private func contained(_ name: String) -> String? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(""), !parts.contains("."), !parts.contains(".."), !name.contains("\0") else { return nil }
        let path = secretsFolder + "/" + name
        guard let real = Self.realPath(path) else { return path }
        guard let root = Self.realPath(secretsFolder) else { return nil }
        return real.hasPrefix(root + "/") ? path : nil
    }

    private static func realPath(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
