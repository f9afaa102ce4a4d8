public import SluiceSDK

/// Reference pages in Markdown, made from the declarations.
public enum ConfigReference {
    /// A plugin's page: what it is for and every key it knows.
    /// - Parameter common: what Sluice itself reads in the same section, unless the plugin declares it.
    public static func markdown(for plugin: PluginSpec, plus common: [ConfigField] = []) -> String {
        let added = common.filter { plugin.config.field($0.name) == nil }
        return page("`type: \(plugin.name)`", plugin.summary, plugin.config + ConfigSpec(added))
    }

    /// The page of a configuration file; plugins have pages of their own and are only named.
    public static func markdown(for subject: ConfigSchema.Subject) -> String {
        page("`\(subject.rawValue)`", subject.title, subject.spec(PluginSpecs()))
    }

    /// What may stand behind a ticket field.
    public static func mappingMarkdown() -> String {
        let summary =
            "Behind a ticket field stands a selector or a map of these words. Exactly one of "
            + MappingVocabulary.sources.map { "`\($0)`" }.joined(separator: ", ")
            + "; the steps run in the order decode, match, lookup, clean, then date, number or bool, then default."
        return page("The value object", summary, MappingVocabulary.value)
    }

    private static func page(_ title: String, _ summary: String, _ spec: ConfigSpec) -> String {
        var page = ReferencePage()
        page.text = "# \(title)\n\n\(summary)\n"
        page.table(spec, path: "")
        return page.text
    }
}

private struct ReferencePage {
    var text = ""

    /// One table for each object, those inside it after it.
    mutating func table(_ spec: ConfigSpec, path: String) {
        guard !spec.fields.isEmpty else {
            text += "\nNothing to configure.\n"
            return
        }
        text += "\n| key | what | default | |\n|---|---|---|---|\n"
        for field in spec.fields {
            let value = field.isRequired ? "**required**" : field.defaultText.map { "`\($0)`" } ?? ""
            let example = field.example.map { " Example: `\($0)`." } ?? ""
            text +=
                "| `\(field.name)` | \(field.type.label.cell) | \(value.cell) | \((field.description + example).cell) |\n"
        }
        for field in spec.fields { inner(field.type, path: path.isEmpty ? field.name : path + "." + field.name) }
    }

    private mutating func inner(_ type: ConfigType, path: String) {
        switch type {
        case .object(let spec):
            text += "\n## `\(path)`\n"
            table(spec, path: path)
        case .list(let element), .map(let element), .oneOrMany(let element):
            inner(element, path: path)
        case .variant(let tag, let variants):
            for variant in variants {
                text += "\n## `\(path)`, `\(tag): \(variant.name)`\n\n\(variant.summary)\n"
                table(variant.spec, path: path)
            }
        default: break
        }
    }
}

extension String {
    fileprivate var cell: String { replacing("|", with: "\\|").replacing("\n", with: " ") }
}

extension ConfigType {
    /// A type in a few words.
    fileprivate var label: String {
        switch self {
        case .string: "text"
        case .secret: "secret: `${env:…}` or `${file:…}`"
        case .integer(let range):
            switch (range.lowerBound, range.upperBound) {
            case (.min, .max): "number"
            case (let low, .max): "number from \(low)"
            case (let low, let high): "number, \(low) to \(high)"
            }
        case .boolean: "`true` or `false`"
        case .duration: "duration"
        case .size: "size"
        case .rate: "rate"
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .selector: "selector"
        case .template: "text with `{placeholders}`"
        case .textFile: "name of a text file"
        case .mapping: "value object"
        case .network: "address range"
        case .scalar: "single value"
        case .any: "anything"
        case .list(let element): "list: \(element.label)"
        case .map(let element): "map: \(element.label)"
        case .object: "map"
        case .variant(let tag, let variants):
            "map, `\(tag)`: "
                + (variants.isEmpty ? "a plugin" : variants.map { "`\($0.name)`" }.joined(separator: ", "))
        case .oneOrMany(let element): "\(element.label), or a list"
        }
    }
}
