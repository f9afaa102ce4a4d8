internal import SluiceSDK

extension SchemaWriter {
    /// A channel that extends a profile may leave out what the profile gives.
    mutating func channel(_ spec: ConfigSpec) {
        json.key("if")
        json.raw(#"{"required":["extends"]}"#.utf8)
        for (key, definition) in [("then", "partial"), ("else", "complete")] {
            json.key(key)
            json.beginObject()
            reference(definition)
            json.endObject()
        }
        json.key("$defs")
        json.beginObject()
        for (name, requires) in [("partial", false), ("complete", true)] {
            requiresKeys = requires
            define(name) { $0.members(of: spec, special: ["ticket": "ticket"]) }
        }
        requiresKeys = true
        define("ticket") { $0.ticket() }
        define("attachment") { $0.members(of: MappingVocabulary.attachment) }
        define("attribute") { $0.members(of: MappingVocabulary.attribute) }
        define("value") { $0.valueObject() }
        sharedDefinitions()
        json.endObject()
    }

    mutating func sharedDefinitions() {
        define("reference") {
            $0.json.field("type", "string")
            $0.json.field("pattern", #"\$\{(env|file):[^}]+\}"#)
        }
    }

    /// `match:` of a handler.
    mutating func filterDefinition() {
        define("filter") { writer in
            writer.json.field("type", "object")
            writer.json.field("additionalProperties", false)
            writer.json.field("minProperties", 1)
            writer.json.key("properties")
            writer.json.beginObject()
            for name in ["all", "any"] {
                writer.json.key(name)
                writer.json.raw(##"{"type":"array","minItems":1,"items":{"$ref":"#/$defs/filter"}}"##.utf8)
            }
            writer.json.key("not")
            writer.json.raw(##"{"$ref":"#/$defs/filter"}"##.utf8)
            writer.json.key("text")
            writer.json.raw(##"{"$ref":"#/$defs/words"}"##.utf8)
            for field in IntakeField.allCases where field.isMatchable {
                writer.json.key(field.name)
                writer.json.raw(##"{"$ref":"#/$defs/test"}"##.utf8)
            }
            writer.json.endObject()
        }
        define("words") { $0.members(of: .oneOrMany(.string)) }
        define("test") {
            $0.json.key("anyOf")
            $0.json.raw(
                ##"[{"$ref":"#/$defs/words"},{"type":"object","properties":{"prefix":{"$ref":"#/$defs/words"}},"required":["prefix"],"additionalProperties":false}]"##
                    .utf8)
        }
    }

    private mutating func define(_ name: String, _ body: (inout SchemaWriter) -> Void) {
        json.key(name)
        json.beginObject()
        body(&self)
        json.endObject()
    }

    private mutating func ticket() {
        json.field("type", "object")
        json.field("additionalProperties", false)
        json.key("properties")
        json.beginObject()
        for field in IntakeField.allCases where field.definition.writer == .mapping {
            define(field.name) { writer in
                switch field.definition.kind {
                case .attachments: writer.items("attachment")
                case .attributes: writer.items("attribute")
                default: writer.reference("value")
                }
                writer.json.field("description", field.definition.labelZH)
            }
        }
        json.endObject()
    }

    private mutating func items(_ definition: String) {
        json.key("anyOf")
        json.raw(
            ##"[{"$ref":"#/$defs/\##(definition)"},{"type":"array","items":{"$ref":"#/$defs/\##(definition)"}}]"##.utf8)
    }

    /// A selector, or exactly one source and steps. null takes back what a profile maps.
    private mutating func valueObject() {
        json.key("anyOf")
        json.beginArray()
        json.raw(#"{"type":["string","number","boolean","null"]}"#.utf8)
        json.beginObject()
        members(of: MappingVocabulary.value)
        json.key("oneOf")
        json.beginArray()
        for source in MappingVocabulary.sources where source != "each" {
            json.raw(#"{"required":["\#(source)"]}"#.utf8)
        }
        json.endArray()
        json.endObject()
        json.endArray()
    }
}
