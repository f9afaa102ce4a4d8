import NDJSONFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct NDJSONFormatTests {
    private func format(_ charset: String = "utf-8") throws -> NDJSONFormat {
        try NDJSONFormat(Config(["charset": .text(charset)], spec: NDJSONFormat.spec.config))
    }

    @Test func everyLineIsARecord() throws {
        let run = try FormatRun(format(), "{\"id\": 1}\n{\"id\": \"x\"}\n[3]\n", selecting: ["$.id"])
        #expect(run.rows == [[.number("1")], [.text("x")], [.missing]])
        #expect(run.texts == ["{\"id\": 1}", "{\"id\": \"x\"}", "[3]"])
    }

    @Test func blankLinesLineBreaksAndAMissingLastOneDoNotMatter() throws {
        let run = try FormatRun(format(), "\u{FEFF}\r\n{\"id\":1}\r\n\r\n  \t\n\n{\"id\":2}", selecting: ["$.id"])
        #expect(run.rows == [[.number("1")], [.number("2")]])
        #expect(run.texts == ["{\"id\":1}", "{\"id\":2}"])
        #expect(try FormatRun(format(), "").texts.isEmpty)
        #expect(try FormatRun(format(), "\n\n").texts.isEmpty)
    }

    @Test func aBadLineIsRefusedAloneWithItsBytesAndNumber() throws {
        let run = try FormatRun(format(), "{\"id\":1}\n\n{\"id\":2,}\n{\"id\":3}\n{\"id\":4", selecting: ["$.id"])
        #expect(run.rows == [[.number("1")], [.number("3")]])
        #expect(run.codes == ["json.syntax", "json.truncated"])
        #expect(run.faults.map(\.record) == [1, 3])
        #expect(run.faults[0].reason.hasPrefix("line 3: "))
        #expect(run.faults[1].reason.hasPrefix("line 5: "))
        #expect(run.raw == [Array("{\"id\":2,}".utf8), Array("{\"id\":4".utf8)])
        #expect(run.failure == nil)
    }

    @Test func damagedTextIsRefusedByLine() throws {
        let bytes =
            Array("{\"t\":\"a\"}\n{\"t\":\"".utf8) + [0xFF, 0xC4]
            + Array("\"}\n{\"t\":\"\\udfff\"}\n{\"t\":\"b\"}".utf8)
        let run = try FormatRun(format(), bytes, selecting: ["$.t"])
        #expect(run.rows == [[.text("a")], [.text("b")]])
        #expect(run.codes == ["json.utf8", "json.utf8"])
        #expect(run.raw[0] == Array("{\"t\":\"".utf8) + [0xFF, 0xC4] + Array("\"}".utf8))
    }

    @Test(arguments: ["gb18030", "gbk", "big5", "utf-16le", "auto"]) func otherCharsetsAreRead(_ label: String) throws {
        let charset = try #require(Charset(label))
        let bytes = try charset.encode("{\"t\":\"你好\"}\n{\"t\":\"再\"}\n")
        #expect(try FormatRun(format(label), bytes, selecting: ["$.t"]).rows == [[.text("你好")], [.text("再")]])
    }

    @Test func damageInAnotherCharsetIsRefusedByLine() throws {
        let charset = try #require(Charset("gb18030"))
        let bytes =
            try charset.encode("{\"t\":\"你\"}\n") + Array("{\"t\":\"".utf8) + [0xFF] + Array("\"}\n{\"t\":\"z\"}".utf8)
        let run = try FormatRun(format("gb18030"), bytes, selecting: ["$.t"])
        #expect(run.rows == [[.text("你")], [.text("z")]])
        #expect(run.codes == ["json.utf8"])
    }

    @Test func aNumberTooLargeKeepsItsDigits() throws {
        let run = try FormatRun(format(), "{\"id\":123456789012345678901234567890}", selecting: ["$.id"])
        #expect(run.rows == [[.text("123456789012345678901234567890")]])
    }

    @Test func limitsHold() throws {
        var limits = ChannelLimits()
        limits.record = 10
        limits.records = 2
        limits.depth = 2
        let run = try FormatRun(format(), "[\"0123456789\"]\n[1]", limits: limits)
        #expect(run.codes == ["ndjson.record-size"])
        #expect(run.texts == ["[1]"])
        #expect(try FormatRun(format(), "[[1]]\n[[[1]]]", limits: limits).codes == ["json.depth"])
        #expect(try FormatRun(format(), "1\n\n2", limits: limits).failure == nil)
        let many = try FormatRun(format(), "1\n2\n3", limits: limits)
        #expect(many.failure?.code == "ndjson.record-count")
        #expect(many.texts.isEmpty)
    }

    @Test func reasonsQuoteNothing() throws {
        let run = try FormatRun(format(), "{\"phone\": 13800138000 \"name\"}\n")
        #expect(run.faults[0].description.contains("138") == false)
    }
}
