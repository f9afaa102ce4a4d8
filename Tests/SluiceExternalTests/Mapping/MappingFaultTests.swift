import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

struct MappingFaultTests {
    private typealias Fixture = MappingFixture

    @Test(arguments: [
        (
            "title: { from: v, lookup: { a: b } }", "秘密",
            "[map.lookup] field title (v): the value is not in the mapping's lookup, and there is no default"
        ),
        (
            "occurred_at: { from: v, date: yyyy-MM-dd }", "秘密",
            "[map.date] field occurred_at (v): the value is not a date as the mapping describes it"
        ),
        (
            "occurred_at: { from: v, date: epoch-s }", "\(Int64.min)",
            "[map.date] field occurred_at (v): the value is not a date as the mapping describes it"
        ),
        (
            "occurred_at: { from: v, date: epoch-ms }", "\(Int64.min)",
            "[map.date] field occurred_at (v): the value is not a date as the mapping describes it"
        ),
        ("location.lat: v", "秘密", "[map.number] field location.lat (v): the value is not a number"),
        ("location.lat: v", "nan", "[map.number] field location.lat (v): the value is not a number"),
        (
            "requester.is_anonymous: v", "秘密",
            "[map.bool] field requester.is_anonymous (v): the value is not true, false, 1, 0, yes, no, y, n, 是 or 否"
        ),
        (
            "location.division_code: v", "37040",
            "[map.code] field location.division_code (v): the value does not have exactly 6 characters"
        ),
        ("urgency: v", "秘密", "[map.choice] field urgency (v): the value is none of critical, normal, urgent"),
        (
            "title: { from: v, decode: base64 }", "***",
            "[map.decode] field title (v): the value is not base64 of UTF-8 text"
        ),
        (
            "title: { from: v, decode: json, at: $.a }", "{秘密",
            "[map.decode] field title (v): the value is not JSON (json.syntax)"
        ),
        (
            "title: { from: v, decode: json }", "{\"a\":1}",
            "[map.structure] field title (v): an object stands where a value is wanted; select a member of it with 'at'"
        ),
    ])
    func faultsNameFieldAndSelectorAndNeverTheValue(_ yaml: String, _ value: String, _ expected: String) throws {
        let fault = try #require(try Fixture.fault(yaml, ["v": .text(value)]))
        #expect(fault.description == expected)
        #expect(fault.stage == .map)
        #expect(!fault.description.contains("秘密"))
    }

    @Test func aRequiredFieldThatComesOutEmptyIsAReject() throws {
        #expect(
            try Fixture.fault("", ["text": .text(" \u{200F}\n ")])?.description
                == "[map.required] field description (text): the field is empty")
        #expect(
            try Fixture.fault("", ["id": .missing])?.description
                == "[map.required] field external_id (id): the field is empty")
    }

    @Test func anObjectOrSeveralValuesWhereOneIsWantedAreRejects() throws {
        #expect(try Fixture.fault("title: v", ["v": .structure("{}")])?.code == "map.structure")
        #expect(try Fixture.fault("title: v", ["v": .list([.text("a"), .text("b")])])?.code == "map.list")
    }

    @Test func textIsNeverCutSilently() throws {
        #expect(try Fixture.fault("", ["text": .text(String(repeating: "水", count: 21_845))]) == nil)
        #expect(try Fixture.fault("", ["text": .text(String(repeating: "水", count: 21_846))])?.code == "map.too-long")
    }

    @Test func aPatternThatBacktracksWithoutEndIsStopped() throws {
        let fault = try Fixture.fault(
            "title: { from: v, match: \"^(a+)+$\" }", ["v": .text(String(repeating: "a", count: 5_000) + "!")])
        #expect(fault?.code == "map.match-limit")
    }
}
