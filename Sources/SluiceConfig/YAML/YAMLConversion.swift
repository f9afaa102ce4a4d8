internal import SluiceSDK
internal import Yams

/// One file's nodes on their way to `ConfigValue`s.
struct YAMLConversion {
    let file: String
    var issues: [ConfigIssue] = []
    private var count = 0

    init(file: String) {
        self.file = file
    }

    mutating func value(_ node: Node, depth: Int) -> ConfigValue {
        let place = place(of: node)
        count += 1
        guard withinLimits(depth, at: place) else { return ConfigValue("", at: place) }
        switch node {
        case .scalar(let scalar):
            return ConfigValue(.scalar(text: scalar.string, plain: scalar.style == .plain), at: place)
        case .sequence(let sequence):
            var items: [ConfigValue] = []
            for item in sequence where count <= YAMLFile.maxValues { items.append(value(item, depth: depth + 1)) }
            return ConfigValue(.list(items), at: place)
        case .mapping(let mapping):
            return ConfigValue(.map(entries(mapping, depth: depth)), at: place)
        case .alias:
            return ConfigValue("", at: place)
        }
    }

    private mutating func entries(_ mapping: Node.Mapping, depth: Int) -> [ConfigEntry] {
        var entries: [ConfigEntry] = []
        var seen: Set<String> = []
        for (key, node) in mapping where count <= YAMLFile.maxValues {
            let place = place(of: key)
            guard let name = key.scalar?.string, !name.isEmpty else {
                issues.append(.init(at: place, .syntax, "a key must be plain text", hint: "write 'key: value'"))
                continue
            }
            if name == "<<" {
                let hint = "put what is shared into profiles/<name>.yaml and write 'extends: <name>'"
                issues.append(.init(at: place, .mergeKey, "'<<' does not merge here", hint: hint))
                continue
            }
            guard seen.insert(name).inserted else {
                issues.append(.duplicateKey(name, at: place))
                continue
            }
            entries.append(ConfigEntry(key: name, at: place, value: value(node, depth: depth + 1)))
        }
        return entries
    }

    private mutating func withinLimits(_ depth: Int, at place: ConfigPlace) -> Bool {
        if depth > YAMLFile.maxDepth {
            issues.append(
                .init(at: place, .tooDeep, "values are nested too deep", hint: "at most \(YAMLFile.maxDepth) levels"))
            return false
        }
        if count == YAMLFile.maxValues + 1 {
            let hint = "at most \(YAMLFile.maxValues); repeat less through anchors and aliases"
            issues.append(.init(at: place, .tooManyValues, "the file unfolds to too many values", hint: hint))
        }
        return count <= YAMLFile.maxValues
    }

    private func place(of node: Node) -> ConfigPlace {
        ConfigPlace(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}

extension ConfigIssue {
    static func duplicateKey(_ name: String, at place: ConfigPlace) -> ConfigIssue {
        ConfigIssue(at: place, .duplicateKey, "the key '\(name)' stands twice in one map", hint: "keep one of them")
    }
}
