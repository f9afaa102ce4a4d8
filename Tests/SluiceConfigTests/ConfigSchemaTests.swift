import SluiceConfig
import SluiceSDK
import Testing

struct ConfigSchemaTests {
    private func schema(_ subject: ConfigSchema.Subject) throws -> JSONElement {
        try JSONDocument.parse(ConfigSchema.jsonSchema(for: subject, specs: ConfigFixture.specs)).root
    }

    private func text(_ element: JSONElement?) -> String {
        element.map { String(decoding: $0.minified(), as: UTF8.self) } ?? "nil"
    }

    @Test(arguments: ConfigSchema.Subject.allCases)
    func everySubjectIsASchemaWhoseReferencesResolve(_ subject: ConfigSchema.Subject) throws {
        let root = try schema(subject)
        #expect(root["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
        var names: Set<String> = []
        root["$defs"]?.forEachMember { name, _ in names.insert(name) }
        let used = Set(text(root).matches(of: /#\/\$defs\/(\w+)/).map { String($0.1) })
        #expect(used.isSubset(of: names))
        #expect(subject == .relay || !used.isEmpty)
    }

    @Test func typesBecomeSchemas() throws {
        let source = try schema(.channel)["$defs"]?["complete"]?["properties"]?["source"]
        #expect(text(source?["properties"]?["type"]?["enum"]) == #"["http-push","directory"]"#)
        let push = source?["allOf"]?[0]
        #expect(text(push?["if"]) == #"{"properties":{"type":{"const":"http-push"}},"required":["type"]}"#)
        let keys = push?["then"]?["properties"]
        #expect(
            text(keys?["workers"]?["anyOf"])
                == ##"[{"type":"integer","minimum":1,"maximum":8},{"$ref":"#/$defs/reference"}]"##)
        #expect(text(keys?["workers"]?["default"]) == "2")
        #expect(
            text(keys?["methods"])
                == #"{"type":"array","items":{"enum":["POST","PUT"]},"description":"How.","default":["POST"]}"#)
        #expect(text(push?["then"]?["required"]) == #"["type","path"]"#)
        #expect(push?["then"]?["additionalProperties"]?.boolean == false)
    }

    @Test func aProfileMayGiveWhatIsRequired() throws {
        let definitions = try schema(.channel)["$defs"]
        #expect(definitions?["complete"]?["required"] != nil)
        #expect(definitions?["partial"]?["required"] == nil)
        #expect(text(try schema(.channel)["if"]) == #"{"required":["extends"]}"#)
    }

    @Test func ticketFieldsAreThoseOfTheMapping() throws {
        let fields = try schema(.channel)["$defs"]?["ticket"]?["properties"]
        #expect(fields?["requester.phone"]?["$ref"]?.string == "#/$defs/value")
        #expect(fields?["ticket_id"] == nil)
    }

    @Test func secretsAreReferences() throws {
        let token = try schema(.handler)["properties"]?["token"]
        #expect(token?["pattern"]?.string == #"\$\{(env|file):[^}]+\}"#)
    }
}
