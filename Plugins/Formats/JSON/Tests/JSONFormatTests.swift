import JSONFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct JSONFormatTests {
    private func format(_ config: ConfigLiteral = [:]) throws -> JSONFormat {
        try JSONFormat(Config(config, spec: JSONFormat.spec.config))
    }

    @Test func everyElementOfTheRecordsPathIsARecord() throws {
        let run = try FormatRun(
            try format(["records": "$.data.rows[*]"]),
            #"{"code":0,"data":{"rows":[{"id":"A1","n":12345678901234567},{"id":"A2","n":1.50},{"id":null}]}}"#,
            selecting: ["$.id", "$.n"])
        #expect(run.failure == nil)
        #expect(
            run.rows == [
                [.text("A1"), .number("12345678901234567")], [.text("A2"), .number("1.5")], [.null, .missing],
            ])
        #expect(run.texts == [#"{"id":"A1","n":12345678901234567}"#, #"{"id":"A2","n":1.5}"#, #"{"id":null}"#])
    }

    @Test func theWholeDocumentIsOneRecordUnlessAPathSaysOtherwise() throws {
        #expect(try FormatRun(format(), #"[{"id":1},{"id":2}]"#).texts == [#"[{"id":1},{"id":2}]"#])
        #expect(
            try FormatRun(format(["records": "$[*]"]), #"[{"id":1},{"id":2}]"#).texts == [#"{"id":1}"#, #"{"id":2}"#])
    }

    @Test func valuesOfEveryKindAreSelected() throws {
        let run = try FormatRun(
            format(), #"{"a":{"b":[1,"x",null]},"t":true,"tags":["p","q"],"files":[{"n":"1"},{"n":"2"}]}"#,
            selecting: ["$.a", "$.a.b", "$.t", "$.tags[*]", "$.files[*].n", "$.none", "$.none[*]", "$..n"])
        #expect(
            run.rows == [
                [
                    .structure(#"{"b":[1,"x",null]}"#), .list([.number("1"), .text("x"), .null]), .boolean(true),
                    .list([.text("p"), .text("q")]), .list([.text("1"), .text("2")]), .missing, .missing,
                    .list([.text("1"), .text("2")]),
                ]
            ])
    }

    @Test func childrenAreRecordsOfTheirOwn() throws {
        let format = try format()
        let files = try format.selector("$.files[*]")
        let name = try format.selector("$.name")
        let whole = try format.selector("$")
        var seen: [SelectedValue] = []
        try format.decode(
            RawMessage(bytes: Array(#"{"files":[{"name":"a"},{"name":"b"},"c"]}"#.utf8)), limits: ChannelLimits()
        ) { decoded in
            guard case .record(let record) = decoded else { return }
            for child in try record.children(files) { seen += [try child.select(name), try child.select(whole)] }
        }
        #expect(
            seen == [
                .text("a"), .structure(#"{"name":"a"}"#), .text("b"), .structure(#"{"name":"b"}"#), .missing,
                .text("c"),
            ])
    }

    @Test(arguments: [#"{"data":{"rows":[]}}"#, #"{"data":{"rows":null}}"#, #"{"data":{"rows":{}}}"#])
    func anEmptyListIsNoRecordsAndNoFault(_ text: String) throws {
        let run = try FormatRun(format(["records": "$.data.rows[*]"]), text)
        #expect(run.failure == nil)
        #expect(run.texts.isEmpty)
    }

    @Test(arguments: [
        ("$.data.rows[*]", #"{"data":{}}"#), ("$.data.rows[*]", #"{"error":"busy"}"#), ("$.data.rows[*]", "[]"),
        ("$.data.rows[*]", #"{"data":{"rows":"none"}}"#), ("$.data.row", #"{"data":{"rows":[]}}"#),
        ("$.rows[0]", #"{"rows":[]}"#),
    ])
    func aMissingListIsAFaultThatNamesTheSelector(_ path: String, _ text: String) throws {
        let run = try FormatRun(format(["records": .text(path)]), text)
        #expect(run.failure?.code == "json.no-records")
        #expect(run.failure?.selector == path)
        #expect(run.failure?.record == nil)
    }

    @Test func anEmptyListInsideEmptyListsIsNoFault() throws {
        let format = try format(["records": "$.pages[*].rows[*]"])
        #expect(try FormatRun(format, #"{"pages":[]}"#).failure == nil)
        #expect(try FormatRun(format, #"{"pages":[{"rows":[]}]}"#).failure == nil)
        #expect(try FormatRun(format, #"{"pages":[{"row":[]}]}"#).failure?.code == "json.no-records")
    }

    @Test(arguments: [
        ("", "json.empty"), ("{\"rows\":[{\"id\":1", "json.truncated"), ("{rows}", "json.syntax"),
        ("{}{}", "json.syntax"),
        ("<html>busy</html>", "json.syntax"), (String(repeating: "[", count: 100_000), "json.depth"),
    ])
    func whatIsNoJSONIsRefusedAsAWhole(_ text: String, _ code: String) throws {
        let run = try FormatRun(format(["records": "$.rows[*]"]), text)
        #expect(run.failure?.code == code)
        #expect(run.failure?.stage == .decode)
        #expect(run.texts.isEmpty && run.faults.isEmpty)
    }

    @Test func oneDamagedRecordDoesNotTakeTheOthersAlong() throws {
        let bytes =
            Array(#"[{"t":"一"},{"t":""#.utf8) + [0xB0, 0xA1]
            + Array(#""},{"t":"\ud800"},{"t":"四","n":99999999999999999999}]"#.utf8)
        let run = try FormatRun(format(["records": "$[*]"]), bytes, selecting: ["$.t", "$.n"])
        #expect(run.rows == [[.text("一"), .missing], [.text("四"), .text("99999999999999999999")]])
        #expect(run.codes == ["json.utf8", "json.utf8"])
        #expect(run.faults.map(\.record) == [1, 2])
    }

    @Test func otherCharsetsAreRead() throws {
        let bytes = try #require(Charset("gbk")).encode(#"[{"t":"你好"},{"t":"再见"}]"#)
        let damaged = bytes[..<7] + [0xFF] + bytes[7...]
        for label in ["gbk", "gb2312", "auto"] {
            let format = try format(["records": "$[*]", "charset": .text(label)])
            #expect(try FormatRun(format, bytes, selecting: ["$.t"]).rows == [[.text("你好")], [.text("再见")]])
            let run = try FormatRun(format, Array(damaged), selecting: ["$.t"])
            #expect(run.rows == [[.text("再见")]])
            #expect(run.codes == ["json.utf8"])
        }
    }

    @Test func limitsHold() throws {
        var limits = ChannelLimits()
        limits.record = 20
        limits.records = 2
        limits.depth = 3
        let format = try format(["records": "$[*]"])
        let large = #"[{"t":"012345678901234567890"},{"t":"1"}]"#
        let run = try FormatRun(format, large, limits: limits)
        #expect(run.codes == ["json.record-size"])
        #expect(run.texts == [#"{"t":"1"}"#])
        #expect(run.raw == [Array(#"{"t":"012345678901234567890"}"#.utf8)])
        #expect(try FormatRun(format, "[1,2,3]", limits: limits).failure?.code == "json.record-count")
        #expect(try FormatRun(format, "[[[1]]]", limits: limits).failure == nil)
        let chain = String(repeating: "[1,", count: 60) + "1" + String(repeating: "]", count: 60)
        #expect(try FormatRun(self.format(["records": "$..*..*..*..*"]), chain).failure?.code == "jsonpath.limit")
        #expect(try FormatRun(format, "[[[[1]]]]", limits: limits).failure?.code == "json.depth")
    }

    @Test func mistakesInTheConfigurationAreNamed() throws {
        func rule(_ config: ConfigLiteral) -> String? {
            do { _ = try format(config) } catch let issue as ConfigIssue { return issue.rule } catch {}
            return nil
        }
        #expect(rule(["records": "rows"]) == "jsonpath.syntax")
        #expect(rule(["records": "$.rows[?@.a = 1]"]) == "jsonpath.syntax")
        #expect(rule(["records": "$.rows[?length(@.a)]"]) == "jsonpath.type")
        #expect(rule(["records": #"$.rows[?match(@.a, '\\d+')]"#]) == "jsonpath.pattern")
        #expect(rule(["charset": "utf-9"]) == "format.charset")
        #expect(throws: SelectorError.self) { try format().selector("$.a[") }
    }
}
