internal import SluiceSDK

/// How a record with plain names looks in a format, and the selectors that find it there.
struct SampleShape {
    private static let values = [
        ("number", "SAMPLE-0001"), ("time", "2026-01-05 09:12:33"), ("type", "投诉"), ("title", "路灯不亮"),
        ("text", "光明路与文化路交叉口的路灯已经三天不亮，晚上看不清路。"), ("name", "张三"), ("phone", "13800000000"),
        ("address", "市中区光明路"),
    ]

    private enum Kind { case json, lines, table(delimiter: String) }

    private let kind: Kind
    private let charset: String
    /// Names around the record, and whether it stands in a list there.
    private var path: [String] = []
    private var isListed = false

    /// nil for a format without a simple sample, or records that stand where only a person can say.
    init?(format: ConfigValue?) {
        charset = format?["charset"]?.text ?? "utf-8"
        switch format?["type"]?.text {
        case "json":
            kind = .json
            guard place(format?["records"]?.text ?? "$") else { return nil }
        case "ndjson": kind = .lines
        case "csv":
            let dialect = format?["csv"]
            let header = dialect?["header"]
            guard header == nil || header?.text == "true", dialect?["skip"] == nil else { return nil }
            let delimiter = dialect?["delimiter"]?.text ?? ","
            kind = .table(delimiter: delimiter == "tab" ? "\t" : delimiter)
        default: return nil
        }
    }

    /// `$.data.rows[*]`: names with dots, and a list at the end at most.
    private mutating func place(_ records: String) -> Bool {
        var text = records[...]
        guard text.popFirst() == "$" else { return false }
        if text.hasSuffix("[*]") {
            isListed = true
            text = text.dropLast(3)
        }
        path = text.split(separator: ".").map(String.init)
        return path.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }
    }

    func selector(_ name: String) -> String {
        switch kind {
        case .json, .lines: "$.\(name)"
        case .table: name
        }
    }

    func sample() throws -> ChannelDraft.Sample {
        switch kind {
        case .json: ChannelDraft.Sample(name: "input.json", bytes: try encoded(document()))
        case .lines: ChannelDraft.Sample(name: "input.ndjson", bytes: try encoded(object() + "\n"))
        case .table(let delimiter):
            ChannelDraft.Sample(
                name: "input.csv",
                bytes: try encoded(
                    [Self.values.map(\.0), Self.values.map(\.1)].map { $0.joined(separator: delimiter) + "\n" }.joined()
                ))
        }
    }

    private func document() -> String {
        let record = isListed ? "[\(object())]" : object()
        return path.reversed().reduce(record) { "{\"\($1)\": \($0)}" } + "\n"
    }

    private func object() -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in Self.values { writer.field(name, value) }
        writer.endObject()
        return writer.text
    }

    private func encoded(_ text: String) throws -> [UInt8] {
        guard charset != "auto", let charset = Charset(charset) else { return Array(text.utf8) }
        return try charset.encode(text)
    }
}
