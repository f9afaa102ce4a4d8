import SluiceSDK
import SluiceTesting
import Testing
import XMLFormat

@Suite struct XMLConformanceTests {
    @Test(arguments: FormatCase.allCases) func conforms(_ scenario: FormatCase) async throws {
        try await FormatConformance.run(scenario, XMLBench())
    }
}

private struct XMLBench: FormatBench {
    static let selector = "text"

    func format(charset: String?) throws -> any Format {
        var config: ConfigLiteral = ["records": "/rows/row"]
        if let charset { config = ["records": "/rows/row", "charset": .text(charset)] }
        return try XMLFormat(Config(config, spec: XMLFormat.spec.config))
    }

    func message(_ texts: [String]) -> String { document(texts.map(TemplateEscape.xml.apply)) }

    /// An entity that nobody has declared.
    func damaged(_ texts: [String], at index: Int) -> String? {
        document(texts.enumerated().map { $0 == index ? "&undeclared;" : TemplateEscape.xml.apply($1) })
    }

    private func document(_ texts: [String]) -> String {
        "<rows>" + texts.map { "<row no=\"1\"><text>\($0)</text></row>\n" }.joined() + "</rows>"
    }
}
