internal import SluiceConfig
internal import SluiceSDK

/// Puts records into one message, as the channel's own `format` and `source` expect it.
struct MessageWriter: Sendable {
    /// What a page says of itself.
    struct Page: Sendable {
        var total: Int
        /// The next cursor; nil on the last page.
        var next: String?
    }

    let file: UpstreamFile
    let shape: RecordShape
    let format: String
    private let charset: Charset
    private let source: Config
    private let formatConfig: Config

    /// - Throws: `ConfigIssue`, `SelectorError` or `SimulatorError`.
    init(_ channel: ChannelFile, _ file: UpstreamFile, zone: Zone) throws {
        self.file = file
        format = channel.format.type
        (source, formatConfig) = (channel.source.config, channel.format.config)
        shape = try RecordShape(file, format: format, zone: zone)
        let label = try formatConfig.optionalString("charset") ?? "utf-8"
        charset = Charset(label == "auto" ? "utf-8" : label) ?? .utf8
        if format == "json", file.message == nil, JSONTree.names(recordsPath) == nil {
            throw SimulatorError(
                "simulator.records",
                "\(channel.id): 'records: \(recordsPath)' says more than names; write 'message' with {records}")
        }
    }

    var contentType: String {
        switch format {
        case "json": "application/json"
        case "ndjson": "application/x-ndjson"
        case "xml": "text/xml; charset=\(charset.label)"
        case "csv": "text/csv; charset=\(charset.label)"
        case "form": "application/x-www-form-urlencoded"
        default: "application/octet-stream"
        }
    }

    /// False where a message is one record: a mail, a document of its own.
    var holdsSeveral: Bool {
        switch format {
        case "csv", "ndjson": true
        case "json": file.message != nil || recordsPath.hasSuffix("[*]")
        case "xml": file.message != nil
        default: false
        }
    }

    /// How its files' names end.
    var ending: String { ["email": "eml"][format] ?? format }

    func message(_ matters: [Matter], page: Page? = nil) -> [UInt8] {
        let text =
            switch format {
            case "json": json(matters, page)
            case "ndjson": matters.map { shape.text($0) + "\n" }.joined()
            case "csv": table(matters)
            case "email": matters.first.map { MailWriter(charset: file.charset).text(shape.cells($0), $0) } ?? ""
            default: framed(matters.map { shape.text($0).trimmingEnd }.joined(separator: "\n"))
            }
        return (try? charset.encode(text)) ?? Array(text.utf8)
    }

    private var recordsPath: String { (try? formatConfig.optionalString("records")) ?? "$" }

    private func framed(_ records: String) -> String {
        file.message?.render { name, _ in name == "records" ? records : nil } ?? records
    }

    private func json(_ matters: [Matter], _ page: Page?) -> String {
        let records = matters.map(shape.text)
        let isList = recordsPath.hasSuffix("[*]")
        let content = isList ? "[" + records.joined(separator: ",") + "]" : records.first ?? "null"
        if file.message != nil { return framed(content) }
        let path = JSONTree.names(recordsPath) ?? []
        guard !path.isEmpty else { return content }
        var tree = file.envelope.map { JSONTree($0) } ?? .object([])
        if let success = source.optionalObject("success") { Self.putSuccess(success, into: &tree) }
        tree.put(.finished(content), at: path)
        if let page { put(page, into: &tree) }
        return tree.text
    }

    private func put(_ page: Page, into tree: inout JSONTree) {
        let rule = source.optionalObject("page")
        if let path = rule?.optional("total")?.text.flatMap(JSONTree.names) {
            tree.put(.finished("\(page.total)"), at: path)
        }
        if let path = rule?.optional("next")?.text.flatMap(JSONTree.names) {
            tree.put(.finished(page.next.map { "\"\($0)\"" } ?? "null"), at: path)
        }
    }

    /// What `success: { where, equals }` wants to see.
    static func putSuccess(_ success: Config, into tree: inout JSONTree) {
        guard let path = success.optional("where")?.text.flatMap(JSONTree.names),
            let value = success.optional("equals")?.items?.first
        else { return }
        tree.put(JSONTree(value), at: path)
    }

    private func table(_ matters: [Matter]) -> String {
        let dialect = formatConfig.optionalObject("csv")
        let written = dialect?.optional("delimiter")?.text ?? ","
        let writer = TableWriter(
            delimiter: written == "tab" ? "\t" : written, quote: dialect?.optional("quote")?.text ?? "\"")
        let rows = matters.map(shape.cells)
        var lines = file.preamble
        let header = dialect?.optional("header")
        // A list of names stands in the configuration because the file has none.
        if header == nil || header?.text == "true", case .row(let columns) = shape.kind {
            lines.append(writer.line(columns.map(\.name)))
        }
        lines += rows.map { writer.line($0.map(\.value)) }
        return lines.map { $0 + "\r\n" }.joined()
    }
}

extension String {
    var trimmingEnd: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
