import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

struct MappingLintTests {
    private typealias Fixture = MappingFixture

    @Test func whatIsRequiredMustBeMapped() {
        do {
            _ = try Fixture.mapping("title: t\n")
            Issue.record("it compiled")
        } catch {
            #expect(
                "\(error)" == """
                    a.yaml:1:1 error [mapping.required] the required field 'external_id' is not mapped; add 'external_id: <selector>', or { digest: [<selectors>] } where the source has no number
                    a.yaml:1:1 error [mapping.required] the required field 'request_type' is not mapped; add 'request_type: <selector>'
                    a.yaml:1:1 error [mapping.required] the required field 'description' is not mapped; add 'description: <selector>'
                    a.yaml:1:1 error [mapping.required] the required field 'requested_datetime' is not mapped; add 'requested_datetime: <selector>'
                    """)
        }
    }

    @Test(arguments: [
        ("titel: v", "1 error [mapping.unknown-field] there is no ticket field 'titel'; did you mean 'title'?"),
        (
            "something_else: v",
            "1 error [mapping.unknown-field] there is no ticket field 'something_else'; put what has no field into 'attributes'"
        ),
        ("ticket_id: v", "1 error [mapping.gateway-field] 'ticket_id' is stamped by the gateway; remove it"),
        (
            "title: { from: v, const: x }",
            "8 error [mapping.source] 'title' has 'from' and 'const'; write exactly one of from, const, join, split, each, template, first, digest"
        ),
        (
            "title: { default: x }",
            "8 error [mapping.source] 'title' does not say where its value comes from; write exactly one of from, const, join, split, each, template, first, digest"
        ),
        ("title: { form: v }", "10 error [config.unknown-key] unknown key 'form'; did you mean 'from'?"),
        (
            "title: { split: v }",
            "17 error [mapping.source] 'split' needs 'by'; add by: \"/\", or what stands between the parts"
        ),
        (
            "title: { from: v, with: x }",
            "25 error [mapping.step] 'with' says nothing without 'join'; add 'join' or remove 'with'"
        ),
        (
            "title: { each: v }",
            "16 error [mapping.source] 'each' makes attachments and attributes only; write 'from' with a selector that finds several values"
        ),
        ("title: \"!v\"", "8 error [mapping.selector] '!v' is not a selector of this format; '!' begins no name"),
        (
            "title: { from: v, match: \"(\" }",
            "26 error [mapping.pattern] the pattern of 'match' is wrong at byte 1; missing closing parenthesis"
        ),
        (
            "title: { from: v, lookup: divisons }",
            "27 error [mapping.lookup] there is no lookup 'divisons'; did you mean 'divisions'?"
        ),
        (
            "urgency: { from: v, lookup: { a: urgnt } }",
            "29 error [mapping.value] 'urgency' cannot be 'urgnt'; the value is none of critical, normal, urgent"
        ),
        (
            "urgency: { from: v, default: high }",
            "30 error [mapping.value] 'urgency' cannot be 'high'; the value is none of critical, normal, urgent"
        ),
        (
            "occurred_at: { const: yesterday }",
            "23 error [mapping.value] 'occurred_at' cannot be 'yesterday'; write RFC 3339 with an offset: 2026-01-05T09:30:00+08:00"
        ),
        (
            "title: { from: v, decode: xml, at: a/ }",
            "36 error [mapping.selector] 'at' is not an XPath; 'a/' is not XPath 1.0, from character 3 on"
        ),
        (
            "title: { from: v, decode: [xml, json] }",
            "28 error [mapping.step] nothing can be decoded after 'xml'; write xml last, and 'at' for what is inside"
        ),
        (
            "title: { from: v, decode: [json, url] }",
            "28 error [mapping.step] nothing can be decoded after 'json'; write json last, and 'at' for what is inside"
        ),
        (
            "title: { from: v, at: $.a }",
            "23 error [mapping.step] 'at' says nothing without 'decode: json' or 'decode: xml'; add 'decode' or remove 'at'"
        ),
        (
            "occurred_at: { from: v, date: yyyy-MM-dd, zone: Mars }",
            "49 error [zone.time-zone] there is no time zone 'Mars'; write an IANA name like Asia/Shanghai, or an offset like +08:00"
        ),
        (
            "title: { template: \"{service_name}\" }",
            "20 error [mapping.template] unknown placeholder {service_name}; known here: description, external_id, request_type, requested_datetime; use ticket fields that are mapped in this section, templates above this one only"
        ),
        (
            "title: { from: v, number: true, date: yyyy }",
            "8 error [mapping.step] 'date' and 'number' stand together; write one of them"
        ),
        (
            "attachments: { name: n }",
            "14 error [mapping.source] 'attachments' needs 'each'; add 'each: <selector of the items>', or write a list of items"
        ),
        (
            "attributes: { each: e, code: c }",
            "13 error [config.missing-key] 'value' is missing in 'attributes'; add 'value: $.value'"
        ),
    ])
    func mistakesAreNamedWithTheirPlace(_ yaml: String, _ expected: String) {
        #expect(Fixture.issues(yaml, lookups: ["divisions": [:]]) == ["a.yaml:5:" + expected])
    }

    @Test func everyMistakeOfASectionIsFound() {
        #expect(Fixture.issues("titel: v\nurgency: { const: x }\nticket_id: v").count == 3)
    }

    @Test func aFieldWithoutAValueIsNotMapped() throws {
        #expect(Fixture.issues("title: ~") == [])
    }
}
