/// How a time is written in a signed request: seconds, milliseconds, or a date pattern in a zone.
struct TimestampFormat: Sendable {
    private enum Kind {
        case seconds
        case milliseconds
        case pattern(DatePattern)
    }

    private let kind: Kind
    private let zone: Zone

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        let name = try config.optionalString("zone") ?? "Asia/Shanghai"
        guard let zone = Zone(name: name) else {
            throw ConfigIssue(
                at: config.optional("zone")?.place ?? config.place, "config.zone", "there is no time zone '\(name)'",
                hint: "write a name like Asia/Shanghai or an offset like +08:00")
        }
        self.zone = zone
        switch try config.optionalString("timestamp_format") ?? "epoch-s" {
        case "epoch-s": kind = .seconds
        case "epoch-ms": kind = .milliseconds
        case let text:
            do {
                kind = .pattern(try DatePattern(text))
            } catch let error as SelectorError {
                throw ConfigIssue(
                    at: config.optional("timestamp_format")?.place ?? config.place, error.code, error.reason,
                    hint: "write epoch-s, epoch-ms or a pattern like yyyyMMddHHmmss")
            }
        }
    }

    func write(_ time: Timestamp) -> String {
        switch kind {
        case .seconds: "\(time.seconds)"
        case .milliseconds: "\(time.milliseconds)"
        case .pattern(let pattern): pattern.format(time, in: zone)
        }
    }

    func read(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 40 else { return nil }
        switch kind {
        case .seconds:
            guard let seconds = Int64(text), abs(seconds) < 1 << 40 else { return nil }
            return Timestamp(milliseconds: seconds * 1000)
        case .milliseconds:
            guard let milliseconds = Int64(text), abs(milliseconds) < 1 << 50 else { return nil }
            return Timestamp(milliseconds: milliseconds)
        case .pattern(let pattern): return pattern.parse(text, in: zone)
        }
    }
}
