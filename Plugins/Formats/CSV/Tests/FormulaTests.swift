import CSVFormat
import SluiceSDK
import SluiceTesting
import Testing

/// What a spreadsheet would compute is a citizen's text here: kept as it was sent, to the last character.
@Suite struct FormulaTests {
    @Test(arguments: [
        "=HYPERLINK(\"http://127.0.0.1/?\"&A1,\"点击\")", "=1+1", "+8613800000000", "-2+3", "@SUM(1,2)",
        "=cmd|' /C calc'!A0",
        "\t=1+1", "＝1+1", "'=1+1",
    ])
    func formulaPrefixesAreData(_ text: String) throws {
        let format = try CSVFormat(Config(["charset": "utf-8"], spec: CSVFormat.spec.config))
        let quoted = "\"" + text.replacing("\"", with: "\"\"") + "\""
        let run = try FormatRun(format, "id,text\n1,\(quoted)\n", selecting: ["text"])
        #expect(run.rows == [[.text(text)]])
        #expect(run.texts == ["1,\(quoted)"])
    }
}
