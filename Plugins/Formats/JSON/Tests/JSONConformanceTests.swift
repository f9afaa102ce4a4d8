import JSONFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct JSONConformanceTests {
    @Test(arguments: FormatCase.allCases) func conforms(_ scenario: FormatCase) async throws {
        try await FormatConformance.run(scenario, JSONBench())
    }
}

private struct JSONBench: FormatBench {
    static let selector = "$.text"

    func format(charset: String?) throws -> any Format {
        let config: ConfigLiteral = ["records": "$.rows[*]", "charset": .text(charset ?? "utf-8")]
        return try JSONFormat(Config(config, spec: JSONFormat.spec.config))
    }

    func message(_ texts: [String]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("rows")
        writer.beginArray()
        for (number, text) in texts.enumerated() {
            writer.beginObject()
            writer.field("no", number)
            writer.field("text", text)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Half of a character of two.
    func damaged(_ texts: [String], at index: Int) -> String? {
        var texts = texts
        texts[index] = "MARK"
        return message(texts).replacing("MARK", with: "\\ud800")
    }
}
