import CSVFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct CSVConformanceTests {
    @Test(arguments: FormatCase.allCases) func conforms(_ scenario: FormatCase) async throws {
        try await FormatConformance.run(scenario, CSVBench())
    }
}

private struct CSVBench: FormatBench {
    static let selector = "text"

    func format(charset: String?) throws -> any Format {
        try CSVFormat(Config(["charset": .text(charset ?? "utf-8")], spec: CSVFormat.spec.config))
    }

    func message(_ texts: [String]) -> String { table(texts.map(row)) }

    func damaged(_ texts: [String], at index: Int) -> String? {
        table(texts.enumerated().map { row($1) + ($0 == index ? ",one,too,many" : "") })
    }

    private func table(_ rows: [String]) -> String { (["no,text"] + rows).map { $0 + "\r\n" }.joined() }
    private func row(_ text: String) -> String { "1,\"" + text.replacing("\"", with: "\"\"") + "\"" }
}
