import EmailFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct EmailConformanceTests {
    @Test(arguments: FormatCase.allCases) func conforms(_ scenario: FormatCase) async throws {
        try await FormatConformance.run(scenario, EmailBench())
    }
}

private struct EmailBench: FormatBench {
    static let selector = "body.text"
    static let holdsSeveral = false
    static let exempt: [FormatCase: String] = [
        .recordsLimit: "a letter is one record",
        .recordLimit: "a letter is the message, and limits.message bounds it",
        .charset: "a letter says the charset of each of its parts, and has no key for it",
        .notText: "letters lie about their charset and are read as what they are; EmailBodyTests has what comes out",
    ]

    func format(charset: String?) throws -> any Format { try EmailFormat(Config([:], spec: EmailFormat.spec.config)) }

    func message(_ texts: [String]) -> String {
        let head = [
            "From: wang@example.org", "Subject: 1", "Message-ID: <1@x>", "Date: Mon, 05 Jan 2026 09:30:00 +0800",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", "",
        ]
        return head.joined(separator: "\r\n") + texts.joined(separator: "\r\n") + "\r\n"
    }
}
