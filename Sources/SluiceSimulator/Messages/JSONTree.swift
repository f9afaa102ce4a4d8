internal import SluiceSDK

/// A JSON document that is put together from finished parts.
indirect enum JSONTree: Sendable {
    case finished(String)
    case object([(name: String, value: JSONTree)])

    init(_ value: ConfigValue) {
        if let entries = value.entries {
            self = .object(entries.map { ($0.key, JSONTree($0.value)) })
        } else {
            var writer = JSONWriter()
            value.write(to: &writer)
            self = .finished(writer.text)
        }
    }

    /// Sets what a path of names finds, making the objects on the way.
    mutating func put(_ value: JSONTree, at path: some Collection<String>) {
        guard let name = path.first else {
            self = value
            return
        }
        var members: [(name: String, value: JSONTree)] = []
        if case .object(let known) = self { members = known }
        var child = members.first { $0.name == name }?.value ?? .object([])
        child.put(value, at: path.dropFirst())
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value = child
        } else {
            members.append((name, child))
        }
        self = .object(members)
    }

    var text: String {
        switch self {
        case .finished(let text): return text
        case .object(let members):
            let parts = members.map { member in
                var writer = JSONWriter()
                writer.string(member.name)
                return writer.text + ":" + member.value.text
            }
            return "{" + parts.joined(separator: ",") + "}"
        }
    }

    /// The names of `$.data.rows` or `$.data.rows[*]`; nil for a path that says more than names.
    static func names(_ path: String) -> [String]? {
        let plain = path.hasSuffix("[*]") ? String(path.dropLast(3)) : path
        guard plain.hasPrefix("$"), !plain.contains(where: { "[]?@*'".contains($0) }), !plain.contains("..") else {
            return nil
        }
        return plain.dropFirst().split(separator: ".").map(String.init)
    }
}
