import CSVFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct CSVFormatTests {
    private func format(_ dialect: ConfigLiteral = [:], charset: String = "utf-8") throws -> CSVFormat {
        try CSVFormat(Config(["charset": .text(charset), "csv": dialect], spec: CSVFormat.spec.config))
    }

    private func texts(_ run: FormatRun) -> [[String]] {
        run.rows.map { $0.map { if case .text(let text) = $0 { text } else { "\($0)" } } }
    }

    @Test func columnsAreSelectedByNameAndNumber() throws {
        let run = try FormatRun(format(), "id,标题\n1,井盖\n2,路灯\n", selecting: ["标题", "id", "#2", "1", "'id'"])
        #expect(texts(run) == [["井盖", "1", "井盖", "1", "1"], ["路灯", "2", "路灯", "2", "2"]])
        #expect(run.texts == ["1,井盖", "2,路灯"])
    }

    @Test(arguments: [
        ("a,b\n1,2", [["1", "2"]]), ("a,b\r\n1,2\r\n", [["1", "2"]]), ("a,b\r1,2\r3,4", [["1", "2"], ["3", "4"]]),
        ("a,b\n\"x,y\",\"l1\nl2\"\n", [["x,y", "l1\nl2"]]),
        ("a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", [["say \"hi\"", "\""]]),
        ("a,b\n\"\",\n1,", [["1", ""]]), ("a,b\n,2\n", [["", "2"]]), ("a,b\nx\"y,5\"\n", [["x\"y", "5\""]]),
        ("a,b\n\n1,2\n\n,\n3,4\n\n", [["1", "2"], ["3", "4"]]), ("a,b\n=1+1,@cmd|' /C\n", [["=1+1", "@cmd|' /C"]]),
        ("\u{FEFF}a,b\n1,2", [["1", "2"]]), (" a , b \n 1 , 2 \n", [[" 1 ", " 2 "]]),
        ("\"a\",\"b\"\n1,2", [["1", "2"]]),
        ("a,b\n\"l1\r\nl2\",2\r\n", [["l1\r\nl2", "2"]]), ("a,b\n1,2\n ,\n", [["1", "2"], [" ", ""]]), ("a,b", []),
        ("", []), ("\n\n", []),
    ])
    func rowsAreRead(_ text: String, _ expected: [[String]]) throws {
        let run = try FormatRun(format(), text, selecting: ["a", "b"])
        #expect(run.failure == nil)
        #expect(run.faults.isEmpty)
        #expect(texts(run) == expected)
    }

    @Test func dialectsAreRead() throws {
        #expect(
            texts(try FormatRun(format(["delimiter": ";"]), "a;b\n1,5;2\n", selecting: ["a", "b"])) == [["1,5", "2"]])
        #expect(
            texts(try FormatRun(format(["delimiter": "tab"]), "a\tb\n1\t2\n", selecting: ["a", "b"])) == [["1", "2"]])
        #expect(texts(try FormatRun(format(["delimiter": "\t"]), "a\tb\n1\t2\n", selecting: ["a"])) == [["1"]])
        #expect(
            texts(try FormatRun(format(["delimiter": "|", "quote": "'"]), "a|b\n'x|''y'|\"\n", selecting: ["a", "b"]))
                == [["x|'y", "\""]])
        #expect(
            texts(try FormatRun(format(["quote": ""]), "a,b\n\"x,y\"\n", selecting: ["a", "b"])) == [["\"x", "y\""]])
        #expect(texts(try FormatRun(format(["skip": 2]), "报表,,\n2026\na,b\n1,2\n", selecting: ["a"])) == [["1"]])
    }

    @Test func theConfigurationMayNameTheColumns() throws {
        let format = try format(["header": ["id", "text"]])
        #expect(texts(try FormatRun(format, "1,x\n2,y", selecting: ["text", "#1"])) == [["x", "1"], ["y", "2"]])
        #expect(
            throws: SelectorError("csv.no-such-column", "there is no such column in the header; did you mean 'text'?")
        ) {
            try format.selector("txt")
        }
        #expect(throws: SelectorError.self) { try format.selector("#3") }
    }

    @Test func withoutAHeaderColumnsHaveNumbers() throws {
        let run = try FormatRun(format(["header": false]), "1,x\n2,y\n3\n", selecting: ["2"])
        #expect(texts(run) == [["x"], ["y"]])
        #expect(run.codes == ["csv.columns"])
    }

    @Test func aColumnThatIsNotThereRefusesTheMessage() throws {
        let run = try FormatRun(format(), "id,content\n1,x\n", selecting: ["id", "contents"])
        #expect(run.failure?.code == "csv.no-such-column")
        #expect(run.failure?.selector == "contents")
        #expect(run.failure?.reason.contains("did you mean 'content'?") == true)
        #expect(run.rows.isEmpty)
        #expect(try FormatRun(format(), "id\n1\n", selecting: ["#2"]).failure?.selector == "#2")
    }

    @Test func aNameThatStandsTwiceIsSelectedByNumber() throws {
        let text = "id,备注,备注\n1,x,y\n"
        #expect(try FormatRun(format(), text, selecting: ["备注"]).failure?.code == "csv.repeated-column")
        #expect(texts(try FormatRun(format(), text, selecting: ["id", "#3"])) == [["1", "y"]])
    }

    @Test func aRaggedRowIsRefusedAlone() throws {
        let run = try FormatRun(format(), "a,b\n1,2\n3\n4,5,6\n7,8\n", selecting: ["a"])
        #expect(texts(run) == [["1"], ["7"]])
        #expect(run.codes == ["csv.columns", "csv.columns"])
        #expect(run.faults.map(\.record) == [1, 2])
        #expect(run.faults[1].reason == "line 4: the row has 3 columns, not 2")
        #expect(run.raw == [Array("3".utf8), Array("4,5,6".utf8)])
    }

    @Test func anOpenQuoteAtTheEndKeepsTheRestAndTheRowsBefore() throws {
        let run = try FormatRun(format(), "a,b\n1,2\n3,\"open\n4,5\n6,7", selecting: ["a"])
        #expect(texts(run) == [["1"]])
        #expect(run.codes == ["csv.unclosed-quote"])
        #expect(run.raw == [Array("3,\"open\n4,5\n6,7".utf8)])
        #expect(run.faults[0].reason.hasPrefix("line 3: "))
    }

    @Test func aMessageCutOffInTheMiddleOfARowLosesThatRowOnly() throws {
        let run = try FormatRun(format(), "a,b,c\n1,2,3\n4,5", selecting: ["c"])
        #expect(texts(run) == [["3"]])
        #expect(run.codes == ["csv.columns"])
    }

    @Test func textBehindAClosingQuoteIsRefusedAlone() throws {
        let run = try FormatRun(format(), "a,b\n\"x\"y,1\n2,3\n", selecting: ["a"])
        #expect(texts(run) == [["2"]])
        #expect(run.codes == ["csv.quote"])
    }

    @Test func linesAreCountedThroughQuotedBreaksAndSkippedLines() throws {
        let run = try FormatRun(format(["skip": 1]), "top\na,b\n\"1\n2\n3\",x\n\nbad\n", selecting: ["a"])
        #expect(run.faults.map(\.reason) == ["line 7: the row has 1 columns, not 2"])
    }

    @Test func tenThousandColumnsAreRefused() throws {
        let wide = (0..<10_000).map { "c\($0)" }.joined(separator: ",")
        #expect(try FormatRun(format(), wide + "\n1,2\n", selecting: ["c1"]).failure?.code == "csv.too-many-columns")
        let run = try FormatRun(
            format(), "a,b\n" + wide + "\n" + String(repeating: ",", count: 9_999) + "\n1,2\n", selecting: ["a"])
        #expect(texts(run) == [["1"]])
        #expect(run.codes == ["csv.too-many-columns", "csv.too-many-columns"])
    }

    @Test func limitsHold() throws {
        var limits = ChannelLimits()
        limits.record = 10
        limits.records = 2
        limits.columns = 2
        let run = try FormatRun(format(), "a,b\n01234567,89\n1,2\n", selecting: ["a"], limits: limits)
        #expect(run.codes == ["csv.record-size"])
        #expect(texts(run) == [["1"]])
        let many = try FormatRun(format(), "a\n1\n2\n3\n", selecting: ["a"], limits: limits)
        #expect(many.failure?.code == "csv.record-count")
        #expect(many.rows.isEmpty)
        #expect(try FormatRun(format(), "a\r\n\r\n1\r\n\"2\n\n\"\r\n,\n", limits: limits).failure == nil)
        #expect(try FormatRun(format(), "a,b,c\n", limits: limits).failure?.code == "csv.too-many-columns")
    }

    @Test(arguments: ["gb18030", "gbk", "big5", "utf-16le", "auto"])
    func otherCharsetsAreRead(_ label: String) throws {
        let bytes = try #require(Charset(label)).encode("編號,內容\n1,\"你好,再\n見\"\n")
        let run = try FormatRun(format(charset: label), bytes, selecting: ["內容"])
        #expect(texts(run) == [["你好,再\n見"]])
    }

    @Test func damagedTextIsRefusedByRow() throws {
        let gbk = try #require(Charset("gbk"))
        let bytes = try gbk.encode("编号,内容\n1,好\n2,") + [0xFF] + gbk.encode("\n3,坏\n")
        let run = try FormatRun(format(charset: "gbk"), bytes, selecting: ["编号", "内容"])
        #expect(texts(run) == [["1", "好"], ["3", "坏"]])
        #expect(run.codes == ["charset.invalid"])
        #expect(run.faults.map(\.record) == [1])
        let utf8 = Array("a,b\n1,".utf8) + [0xC4] + Array("\n2,好\n".utf8)
        let second = try FormatRun(format(), utf8, selecting: ["b"])
        #expect(texts(second) == [["好"]])
        #expect(second.raw == [Array("1,".utf8) + [0xC4]])
        #expect(try FormatRun(format(), [0xFF] + utf8, selecting: ["b"]).failure?.code == "csv.header")
    }

    @Test func aRowIsItsOwnOnlyPart() throws {
        let format = try format()
        let file = try format.selector("file")
        let name = try format.selector("name")
        var seen: [[SelectedValue]] = []
        try format.decode(RawMessage(bytes: Array("name,file\na,/1\nb,\n".utf8)), limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { return }
            seen.append(try record.children(file).map { try $0.select(name) })
        }
        #expect(seen == [[.text("a")], []])
    }

    @Test func mistakesInTheConfigurationAreNamed() throws {
        func rule(_ dialect: ConfigLiteral) -> String? {
            do { _ = try format(dialect) } catch let issue as ConfigIssue { return issue.rule } catch {}
            return nil
        }
        #expect(rule(["delimiter": "，"]) == "csv.dialect")
        #expect(rule(["delimiter": ";;"]) == "csv.dialect")
        #expect(rule(["delimiter": "\""]) == "csv.dialect")
        #expect(rule(["header": "yes"]) == "csv.header")
        #expect(rule(["header": ["a", "a"]]) == "csv.header")
        for text in ["", "#0", "0", "'open"] {
            #expect(throws: SelectorError.self) { try format().selector(text) }
        }
    }
}
