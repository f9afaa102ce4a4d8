import EmailFormat
import SluiceSDK
import SluiceTesting

/// Mails as they come in, and what the format makes of them.
enum Mail {
    static func format(_ config: ConfigLiteral = [:]) throws -> EmailFormat {
        try EmailFormat(Config(config, spec: EmailFormat.spec.config))
    }

    /// With the header fields every letter has, a few of them replaced or added, lines ended by CR LF.
    static func letter(
        _ headers: [String] = [], from: String = "王芳 <wang@example.org>", body: String = "楼道灯不亮。"
    ) -> [UInt8] {
        let standard = [
            "From: \(from)", "To: hotline@city.example", "Subject: 楼道照明", "Message-ID: <1@example.org>",
            "Date: Mon, 05 Jan 2026 09:30:00 +0800",
        ]
        let names = Set(headers.compactMap { $0.split(separator: ":").first?.lowercased() })
        let kept = standard.filter { !names.contains($0.split(separator: ":")[0].lowercased()) }
        return lines(kept + headers + ["", body])
    }

    static func lines(_ lines: [String]) -> [UInt8] { Array(lines.joined(separator: "\r\n").utf8) }

    /// What one selector finds.
    static func select(_ selector: String, _ bytes: [UInt8], _ config: ConfigLiteral = [:]) throws -> SelectedValue? {
        let run = try FormatRun(format(config), bytes, selecting: [selector])
        if let failure = run.failure { throw failure }
        return run.rows.first?.first
    }

    static func text(_ selector: String, _ bytes: [UInt8], _ config: ConfigLiteral = [:]) throws -> String? {
        if case .text(let text)? = try select(selector, bytes, config) { return text }
        return nil
    }

    /// The code of the reject that a mail becomes; nil when it is taken.
    static func code(_ bytes: [UInt8], _ config: ConfigLiteral = [:]) throws -> String? {
        try FormatRun(format(config), bytes, selecting: ["body.text", "attachments"]).failure?.code
    }

    /// Name, content type, size and disposition of every attachment.
    static func attachments(_ bytes: [UInt8]) throws -> [[String]] {
        let format = try format()
        let parts = try format.selector("attachments")
        let fields = try ["name", "content_type", "size", "disposition"].map { try format.selector($0) }
        var found: [[String]] = []
        try format.decode(RawMessage(bytes: bytes), limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { return }
            found = try record.children(parts).map { part in
                try fields.map { field in
                    switch try part.select(field) {
                    case .text(let text), .number(let text): text
                    default: ""
                    }
                }
            }
        }
        return found
    }

    /// A multipart with parts written as header lines, an empty line and the content.
    static func multipart(_ subtype: String, _ parts: [String], boundary: String = "b1", parameters: String = "")
        -> [UInt8]
    {
        let body = parts.map { "--\(boundary)\r\n\($0)\r\n" }.joined() + "--\(boundary)--\r\n"
        return letter(
            ["MIME-Version: 1.0", "Content-Type: multipart/\(subtype); boundary=\"\(boundary)\"\(parameters)"],
            body: body)
    }
}
