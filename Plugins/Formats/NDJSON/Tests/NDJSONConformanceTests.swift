import NDJSONFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct NDJSONConformanceTests {
    @Test(arguments: FormatCase.allCases) func conforms(_ scenario: FormatCase) async throws {
        try await FormatConformance.run(scenario, NDJSONBench())
    }
}

private struct NDJSONBench: FormatBench {
    static let selector = "$.text"

    func format(charset: String?) throws -> any Format {
        try NDJSONFormat(Config(["charset": .text(charset ?? "utf-8")], spec: NDJSONFormat.spec.config))
    }

    func message(_ texts: [String]) -> String { texts.map { line($0) + "\n" }.joined() }

    func damaged(_ texts: [String], at index: Int) -> String? {
        texts.enumerated().map { ($0 == index ? String(line($1).dropLast(2)) : line($1)) + "\n" }.joined()
    }

    private func line(_ text: String) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("text", text)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
