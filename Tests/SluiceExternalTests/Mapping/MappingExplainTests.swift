import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

struct MappingExplainTests {
    private func explain(
        _ yaml: String, _ values: [String: SelectedValue], showingPersonal: Bool = false
    ) throws -> [FieldExplanation] {
        let base: [String: SelectedValue] = ["id": .text("A1"), "text": .text("漏水")]
        let record = PlainRecord(base.merging(values) { _, new in new })
        return Array(
            try MappingFixture.mapping(MappingFixture.required + yaml).explain(record, showingPersonal: showingPersonal)
                .dropFirst(4))
    }

    @Test func everyStepIsShown() throws {
        let yaml = "title: { from: v, match: \"(\\\\d)\", lookup: { \"1\": 一 }, default: 无 }"
        #expect(
            try explain(yaml, ["v": .text("a1b")]) == [
                FieldExplanation(
                    field: "title", selector: "v", raw: "a1b",
                    steps: [.init(name: "match", result: "1"), .init(name: "lookup", result: "一")], value: "一")
            ])
        #expect(try explain(yaml, ["v": .null]).first?.steps == [.init(name: "default", result: "无")])
    }

    @Test func aFaultIsPartOfTheExplanation() throws {
        let found = try #require(try explain("title: { from: v, lookup: { a: b } }", ["v": .text("z")]).first)
        #expect(found.fault?.code == "map.lookup")
        #expect(found.raw == "z")
        #expect(found.value == nil)
    }

    @Test func aMissingRequiredFieldIsAFault() throws {
        let mapping = try MappingFixture.mapping(MappingFixture.required)
        let found = mapping.explain(PlainRecord(["id": .text("A1")]))
        #expect(found.map(\.fault?.code) == [nil, nil, "map.required", nil])
    }

    @Test func personalValuesAreHiddenUnlessAskedFor() throws {
        let yaml = "requester.phone: { from: v, clean: phone }\ntitle: { template: \"来电 {requester.phone}\" }"
        let hidden = try explain(yaml, ["v": .text("138 0000 0000")])
        #expect(hidden.map(\.value) == ["<personal, 11 characters>", "<personal, 14 characters>"])
        #expect(!"\(hidden)".contains("0000"))
        let shown = try explain(yaml, ["v": .text("138 0000 0000")], showingPersonal: true)
        #expect(shown.map(\.value) == ["13800000000", "来电 13800000000"])
    }

    @Test func aSecretIsNeverPartOfAnExplanationOrAnIssue() throws {
        let secret = ConfigValue(.scalar(text: "s3cr3t", plain: true), isSecret: true)
        func section(_ key: String) throws -> [ConfigEntry] {
            let value = try YAMLFile.parse(MappingFixture.required, file: "a.yaml")
            let object = ConfigValue(.map([ConfigEntry(key: key, value: secret)]))
            return (value.entries ?? []) + [ConfigEntry(key: "service_code", value: object)]
        }
        let mapping = try Mapping(compiling: try section("const"), format: PlainFormat(), zone: .shanghai)
        let found = mapping.explain(PlainRecord([:]), showingPersonal: true)
        #expect(found.last?.value == "<redacted>")
        #expect(!"\(found)".contains("s3cr3t"))
        do {
            var entries = try section("const")
            entries.append(ConfigEntry(key: "urgency", value: entries[4].value))
            _ = try Mapping(compiling: entries, format: PlainFormat(), zone: .shanghai)
            Issue.record("it compiled")
        } catch {
            #expect("\(error)".contains("'urgency' cannot be <redacted>"))
            #expect(!"\(error)".contains("s3cr3t"))
        }
    }
}
