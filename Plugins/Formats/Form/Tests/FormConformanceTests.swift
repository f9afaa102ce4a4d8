import FormFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct FormConformanceTests {
    @Test(arguments: FormatCase.allCases) func multipartConforms(_ scenario: FormatCase) async throws {
        try await FormatConformance.run(scenario, MultipartBench())
    }

    @Test(arguments: FormatCase.allCases) func urlencodedConforms(_ scenario: FormatCase) async throws {
        try await FormatConformance.run(scenario, URLEncodedBench())
    }
}

private struct MultipartBench: FormatBench {
    static let selector = "text"
    static let holdsSeveral = false
    static let contentType: String? = "multipart/form-data; boundary=b-7f3a"
    static let exempt: [FormatCase: String] = [.recordsLimit: "a form is one record"]

    func format(charset: String?) throws -> any Format { try FormFormatTests.format(charset) }

    func message(_ texts: [String]) -> String {
        let fields = [("no", "1")] + texts.map { ("text", $0) }
        let parts = fields.map {
            "--b-7f3a\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
        }
        return parts.joined() + "--b-7f3a--\r\n"
    }
}

private struct URLEncodedBench: FormatBench {
    static let selector = "text"
    static let holdsSeveral = false
    static let contentType: String? = "application/x-www-form-urlencoded"
    static let exempt: [FormatCase: String] = [
        .recordsLimit: "a form is one record",
        .charset: "its bytes are percent-encoded ASCII; what stands behind that has tests of its own",
    ]

    func format(charset: String?) throws -> any Format { try FormFormatTests.format(charset) }

    func message(_ texts: [String]) -> String {
        "no=1" + texts.map { "&text=" + TemplateEscape.url.apply($0) }.joined()
    }
}
