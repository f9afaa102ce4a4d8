internal import SluiceSDK

/// `since:`: only what is new is asked for, with an overlap that the journal absorbs.
struct SinceRule: Sendable {
    static let spec = ConfigSpec([
        ConfigField(
            "param", .string, example: "updatedAfter",
            "The query parameter; left out where `{since}` stands in the URL, a header or the body."),
        ConfigField(
            "from", .string, required: true, example: "$.updateTime",
            "The path, from a record that `page.items` finds, to the time the source asks by."),
        ConfigField(
            "format", .string, default: "\"yyyy-MM-dd HH:mm:ss\"", example: "epoch-ms",
            "How both are written: a date pattern, `rfc3339`, `epoch-s` or `epoch-ms`."),
        ConfigField("zone", .string, default: "Asia/Shanghai", example: "+08:00", "The zone of a date pattern."),
        ConfigField(
            "overlap", .duration, default: "10m", example: "2h",
            "How far each pass reaches back behind the newest record: as much as the source's clock and its late "
                + "entries may be behind."),
        ConfigField(
            "start", .string, example: "\"2026-01-01 00:00:00\"",
            "What the first pass of all asks for, in `format`; left out, it asks for everything."),
    ])

    let parameter: String?
    let path: AnswerPath
    let format: TimestampFormat
    private let overlap: Duration
    let start: Timestamp?

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        parameter = try config.optionalString("param")
        path = try AnswerPath(config, "from")
        format = try TimestampFormat(config, key: "format", default: "yyyy-MM-dd HH:mm:ss")
        overlap = try config.optionalDuration("overlap") ?? .seconds(600)
        let text = try config.optionalString("start")
        start = text.flatMap(format.read)
        if let text, start == nil {
            throw ConfigIssue(
                at: config.optional("start")?.place ?? config.place, "http-poll.start",
                "'\(text)' is not a time in 'format'", hint: "write it as the source would")
        }
    }

    /// What a pass asks for. Never later than now: a record from the future would hide everything until then.
    func since(floor: Timestamp?, now: Timestamp) -> Timestamp? {
        guard let floor else { return start }
        let time = Timestamp(milliseconds: min(floor, now).adding(.zero - overlap).milliseconds)
        return start.map { max($0, time) } ?? time
    }

    func time(of item: any Record) -> Timestamp? {
        guard var found = try? item.select(path.selector) else { return nil }
        if case .list(let items) = found { found = items.first ?? .missing }
        return found.word.flatMap(format.read)
    }
}
