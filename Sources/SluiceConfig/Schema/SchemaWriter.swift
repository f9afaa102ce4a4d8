internal import SluiceSDK

/// Writes JSON Schema of declarations.
struct SchemaWriter {
    var json = JSONWriter(reserving: 16 << 10)
    /// False where a profile may give what is required.
    var requiresKeys = true

    /// The members of an object schema, without its braces.
    /// - Parameter special: keys that have a schema of their own under `$defs`.
    mutating func members(
        of spec: ConfigSpec, special: [String: String] = [:], tag: (name: String, value: String)? = nil
    ) {
        json.field("type", "object")
        json.key("properties")
        json.beginObject()
        if let tag {
            json.key(tag.name)
            json.beginObject()
            json.field("const", tag.value)
            json.endObject()
        }
        for field in spec.fields {
            json.key(field.name)
            json.beginObject()
            if let definition = special[field.name] { reference(definition) } else { members(of: field.type) }
            json.field("description", field.description)
            value("default", field.defaultText)
            if let example = field.example {
                json.key("examples")
                json.beginArray()
                write(example)
                json.endArray()
            }
            json.endObject()
        }
        json.endObject()
        let required =
            (tag.map { [$0.name] } ?? []) + spec.fields.filter { $0.isRequired && $0.defaultText == nil }.map(\.name)
        if requiresKeys, !required.isEmpty { json.field("required", required) }
        json.field("additionalProperties", false)
    }

    /// The members of a type's schema, without its braces.
    mutating func members(of type: ConfigType) {
        switch type {
        case .string, .selector, .template, .textFile, .scalar, .network: json.field("type", Self.scalars)
        case .secret:
            json.field("type", "string")
            json.field("pattern", #"\$\{(env|file):[^}]+\}"#)
        case .integer(let range): orReference { $0.integer(range) }
        case .boolean: orReference { $0.json.field("type", "boolean") }
        case .duration: pattern(#"^[0-9]+(ms|s|m|h|d)$|\$\{"#)
        case .size: pattern(#"^[0-9]+(B|KiB|MiB|GiB)$|\$\{"#)
        case .rate: pattern(#"^[0-9]+/(s|m|h)$|\$\{"#)
        case .choice(let choices): json.field("enum", choices)
        case .mapping: reference("value")
        case .any: break
        case .list(let element):
            json.field("type", "array")
            nested("items", element)
        case .map(let element):
            json.field("type", "object")
            nested("additionalProperties", element)
        case .object(let spec): members(of: spec)
        case .variant(let tag, let variants): variant(tag, variants)
        case .oneOrMany(let element):
            json.key("anyOf")
            json.beginArray()
            for type in [element, .list(element)] {
                json.beginObject()
                members(of: type)
                json.endObject()
            }
            json.endArray()
        }
    }

    mutating func reference(_ definition: String) {
        json.field("$ref", "#/$defs/\(definition)")
    }

    private mutating func nested(_ key: String, _ type: ConfigType) {
        json.key(key)
        json.beginObject()
        members(of: type)
        json.endObject()
    }

    private mutating func variant(_ tag: String, _ variants: [ConfigVariant]) {
        json.field("type", "object")
        json.key("properties")
        json.beginObject()
        json.key(tag)
        json.beginObject()
        json.field("enum", variants.map(\.name))
        json.field("description", variants.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))
        json.endObject()
        json.endObject()
        if requiresKeys { json.field("required", [tag]) }
        json.key("allOf")
        json.beginArray()
        for variant in variants { when(tag, variant) }
        json.endArray()
    }

    private mutating func when(_ tag: String, _ variant: ConfigVariant) {
        json.beginObject()
        json.key("if")
        json.raw(#"{"properties":{"\#(tag)":{"const":"\#(variant.name)"}},"required":["\#(tag)"]}"#.utf8)
        json.key("then")
        json.beginObject()
        members(of: variant.spec, tag: (tag, variant.name))
        json.endObject()
        json.endObject()
    }

    private mutating func integer(_ range: ClosedRange<Int>) {
        json.field("type", "integer")
        if range.lowerBound != .min { json.field("minimum", range.lowerBound) }
        if range.upperBound != .max { json.field("maximum", range.upperBound) }
    }

    private mutating func pattern(_ text: String) {
        json.field("type", "string")
        json.field("pattern", text)
    }

    /// A number or a flag may come from the environment too.
    private mutating func orReference(_ write: (inout SchemaWriter) -> Void) {
        json.key("anyOf")
        json.beginArray()
        json.beginObject()
        write(&self)
        json.endObject()
        json.beginObject()
        reference("reference")
        json.endObject()
        json.endArray()
    }

    private mutating func value(_ key: String, _ yaml: String?) {
        guard let yaml else { return }
        json.key(key)
        write(yaml)
    }

    private mutating func write(_ yaml: String) {
        write((try? YAMLFile.parse(yaml, file: "")) ?? ConfigValue(yaml))
    }

    private mutating func write(_ value: ConfigValue) {
        switch value.content {
        case .scalar(let text, let plain):
            let isLiteral =
                plain && (Int(text) != nil && !text.hasPrefix("0") || ["true", "false", "0"].contains(text))
            if isLiteral { json.raw(text.utf8) } else { json.string(text) }
        case .list(let items):
            json.beginArray()
            for item in items { write(item) }
            json.endArray()
        case .map(let entries):
            json.beginObject()
            for entry in entries {
                json.key(entry.key)
                write(entry.value)
            }
            json.endObject()
        }
    }

    /// YAML reads a bare `0012` as a number; the gateway keeps its spelling.
    static let scalars = ["string", "number", "boolean"]
}
