import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

struct MappingValueTests {
    private typealias Fixture = MappingFixture

    @Test func aBareScalarIsASelector() throws {
        #expect(try Fixture.title("v", .text("电梯")) == "电梯")
        #expect(try Fixture.title("v", .number("12.50")) == "12.50")
        #expect(try Fixture.title("v", .boolean(true)) == "true")
        #expect(try Fixture.title("v", .null) == nil)
        #expect(try Fixture.title("v", .list([.text("one")])) == "one")
    }

    @Test func whereAValueComesFrom() throws {
        let values: [String: SelectedValue] = [
            "a": .text("枣庄市"), "b": .null, "c": .text("光明路"), "p": .text("住建 / 物业//电梯"),
        ]
        func title(_ object: String) throws -> String? {
            try Fixture.map("title: \(object)", values).ticket.text(.title)
        }
        #expect(try title("{ const: 固定 }") == "固定")
        #expect(try title("{ join: [a, b, c], with: \"-\" }") == "枣庄市-光明路")
        #expect(try title("{ join: [a, c] }") == "枣庄市光明路")
        #expect(try title("{ first: [b, c, a] }") == "光明路")
        #expect(try title("{ join: [b] }") == nil)
        let path = try Fixture.map("category_path: { split: p, by: / }", values).ticket.strings(.categoryPath)
        #expect(path == ["住建", "物业", "电梯"])
    }

    @Test func aDigestIsStableAndTellsItsPartsApart() throws {
        func id(_ a: String, _ b: String) throws -> String {
            let yaml = Fixture.required.replacing("external_id: id", with: "external_id: { digest: [a, b] }")
            let record = PlainRecord(["a": .text(a), "b": .text(b), "text": .text("x")])
            return try Fixture.mapping(yaml).map(record).ticket.externalID
        }
        #expect(try id("张", "x") == id("张", "x"))
        #expect(try id("ab", "c") != id("a", "bc"))
        #expect(try id("张", "x").count == 26)
        #expect(throws: RecordFault.self) { try id("", "") }
    }

    @Test func templatesUseFieldsThatAreMapped() throws {
        let yaml = """
            title: { template: "{service_name} {location.address} {requested_datetime|yyyy/M/d H:mm}" }
            service_name: s
            location.address: a
            """
        #expect(try Fixture.map(yaml, ["s": .text("噪声")]).ticket.text(.title) == "噪声  2026/1/5 9:30")
        let empty = try Fixture.map("title: { template: \"关于{service_name}\" }\nservice_name: s")
        #expect(empty.ticket.text(.title) == nil)
    }

    @Test(arguments: [
        ("base64", "5ryP5rC0", "漏水"),
        ("url", "%E6%BC%8F+%E6%B0%B4", "漏 水"),
        ("html-entities", "&lt;a&gt; &#28431;&#x6C34; &nosuch; &amp", "<a> 漏水 &nosuch; &amp"),
        ("[base64, url]", "JUU2JUJDJThG", "漏"),
    ])
    func decodesWhatIsPackedInText(_ decoding: String, _ packed: String, _ text: String) throws {
        #expect(try Fixture.title("{ from: v, decode: \(decoding) }", .text(packed)) == text)
    }

    @Test func aPackedDocumentIsReachedIntoWithAt() throws {
        let yaml = """
            title: { from: v, decode: json, at: $.order.title }
            service_name: { from: v, decode: json, at: "$.tags[*]", match: "b(.)" }
            tags: { from: v, decode: json, at: "$.tags[*]" }
            location.lat: { from: v, decode: json, at: $.lat }
            """
        let packed = SelectedValue.text(#"{"order":{"title":"标题"},"tags":["a1","b2"],"lat":34.5}"#)
        let ticket = try Fixture.map(yaml, ["v": packed]).ticket
        #expect(ticket.text(.title) == "标题")
        #expect(ticket.strings(.tags) == ["a1", "b2"])
        #expect(ticket[.locationLat] == .number(34.5))
        #expect(ticket.text(.serviceName) == "2")
    }

    @Test func onlyTheFirstGroupOfAMatchIsTheValue() throws {
        #expect(try Fixture.title("{ from: v, match: \"^(\\\\d{6})\" }", .text("370403001")) == "370403")
        #expect(try Fixture.title("{ from: v, match: \"\\\\d+\" }", .text("第12号")) == "12")
        #expect(try Fixture.title("{ from: v, match: \"(x)?(\\\\d)\" }", .text("7")) == "7")
        #expect(try Fixture.title("{ from: v, match: \"^x\" }", .text("y")) == nil)
        #expect(try Fixture.title("{ from: v, match: \"^x\", default: 无 }", .text("y")) == "无")
    }

    @Test func lookupsAreMapsOrFiles() throws {
        let yaml = "title: { from: v, lookup: { \"1\": 咨询, \"2\": 投诉 }, default: 其他 }"
        #expect(try Fixture.map(yaml, ["v": .number("2")]).ticket.text(.title) == "投诉")
        #expect(try Fixture.map(yaml, ["v": .text(" 1 ")]).ticket.text(.title) == "咨询")
        #expect(try Fixture.map(yaml, ["v": .text("9")]).ticket.text(.title) == "其他")
        #expect(try Fixture.map(yaml).ticket.text(.title) == "其他")
        let named = try Fixture.map(
            "location.address: { from: v, lookup: divisions }", ["v": .text("370402")],
            lookups: ["divisions": ["370402": "市中区"]])
        #expect(named.ticket.text(.locationAddress) == "市中区")
    }

    @Test(arguments: [
        ("phone", "（０６３２）331 2345", "06323312345"), ("phone", "+86 138-0000-0000", "+8613800000000"),
        ("phone", "3312345转801", "3312345-801"), ("digits", "第 12 号楼 3 单元", "123"),
        ("text", "\u{200F} a\r\nb\u{0} ", "a\nb"),
        ("html", "<p>一楼&nbsp;漏水</p><p>二楼<br>三楼</p><script>x()</script>", "一楼 漏水\n二楼\n三楼"),
        ("html", "<ul><li>a<li>b</ul>c < d", "- a\n- b\nc < d"),
        ("html", "没有标签", "没有标签"),
    ])
    func cleansText(_ kind: String, _ text: String, _ cleaned: String) throws {
        #expect(try Fixture.title("{ from: v, clean: \(kind) }", .text(text)) == cleaned)
    }

    @Test func htmlOfAnyDepthAndSizeIsRead() throws {
        let deep = String(repeating: "<div>", count: 50_000) + "底" + String(repeating: "</div>", count: 50_000)
        _ = try Fixture.title("{ from: v, clean: html }", .text(deep))
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><p>&b;</p>完"
        #expect(try Fixture.title("{ from: v, clean: html }", .text(bomb))?.hasSuffix("完") == true)
    }

    @Test func cleaningIsTheDefaultAndNoneLeavesTheValueAlone() throws {
        let mapped = try Fixture.map(
            "title: v\nservice_name: { from: v, clean: none }", ["v": .text(" a\u{7}\u{202E}b ")])
        #expect(mapped.ticket.text(.title) == "ab")
        #expect(mapped.ticket.text(.serviceName) == " a\u{7}\u{202E}b ")
        #expect(mapped.strippedFields == ["title"])
    }

    @Test(arguments: [
        ("\"yyyy-MM-dd HH:mm:ss\"", "2026-01-05 09:30:00", "2026-01-05T09:30:00+08:00"),
        ("\"yyyy-MM-dd HH:mm:ss\", zone: UTC", "2026-01-05 09:30:00", "2026-01-05T17:30:00+08:00"),
        ("epoch-s", "1767576600", "2026-01-05T09:30:00+08:00"),
        ("epoch-ms", "1767576600123", "2026-01-05T09:30:00.123+08:00"),
        ("rfc3339", "2026-01-05T01:30:00Z", "2026-01-05T09:30:00+08:00"),
        ("[yyyy-MM-dd, yyyy/M/d]", " 2026/1/5 ", "2026-01-05T00:00:00+08:00"),
    ])
    func datesBecomeRFC3339InTheGatewaysZone(_ date: String, _ written: String, _ expected: String) throws {
        let ticket = try Fixture.map("occurred_at: { from: v, date: \(date) }", ["v": .text(written)]).ticket
        #expect(ticket.text(.occurredAt) == expected)
    }

    /// What the relay could not read must not leave the mapping.
    @Test(arguments: [
        ("rfc3339", "9999-12-31T23:59:59Z"), ("rfc3339", "0000-01-01T00:00:00+18:00"),
        ("epoch-s", "253402300799"), ("epoch-ms", "-253402300799999"), ("epoch-s", "-62167250000"),
    ])
    func aMomentThatTheGatewaysZoneCannotSpellIsNone(_ date: String, _ written: String) throws {
        let fault = try Fixture.fault("occurred_at: { from: v, date: \(date) }", ["v": .text(written)])
        #expect(fault?.code == "map.date")
    }

    /// `never` of many databases, and the first day there is.
    @Test(arguments: ["9999-12-31 23:59:59", "0000-01-01 00:00:00", "1900-01-01 00:00:00"])
    func whatIsMappedReadsBackAsTheSameMoment(_ written: String) throws {
        let ticket = try Fixture.map(
            "occurred_at: { from: v, date: \"yyyy-MM-dd HH:mm:ss\" }", ["v": .text(written)]
        ).ticket
        let text = try #require(ticket.text(.occurredAt))
        #expect(text.hasPrefix(written.replacing(" ", with: "T")))
        let time = try #require(Timestamp(rfc3339: text))
        #expect(time.rfc3339(in: .shanghai) == text)
    }

    @Test func datesWithoutAPatternAreRFC3339() throws {
        #expect(
            try Fixture.map("occurred_at: v", ["v": .text("2026-01-05T01:30:00Z")]).ticket.text(.occurredAt)
                == "2026-01-05T09:30:00+08:00")
        #expect(try Fixture.fault("occurred_at: v", ["v": .text("2026-01-05")])?.code == "map.date")
    }

    @Test func numbersAndBooleansAreTypedByTheField() throws {
        let ticket = try Fixture.map("location.lat: v\nlocation.long: { const: 117.3 }", ["v": .text(" 34.81 ")]).ticket
        #expect(ticket[.locationLat] == .number(34.81))
        #expect(ticket[.locationLong] == .number(117.3))
        for (text, flag) in [
            ("true", true), ("1", true), ("是", true), ("Y", true), ("no", false), ("0", false), ("否", false),
        ] {
            let ticket = try Fixture.map("requester.reply_wanted: v", ["v": .text(text)]).ticket
            #expect(ticket.flag(.requesterReplyWanted) == flag)
        }
    }

    @Test func listsGoIntoListFields() throws {
        #expect(
            try Fixture.map("tags: v", ["v": .list([.text("a"), .null, .number("2")])]).ticket.strings(.tags) == [
                "a", "2",
            ])
        #expect(try Fixture.map("tags: v", ["v": .text("a")]).ticket.strings(.tags) == ["a"])
        #expect(try Fixture.map("tags: { const: [x, y] }").ticket.strings(.tags) == ["x", "y"])
    }
}
