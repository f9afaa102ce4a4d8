/// How a time is written in a request or a record: seconds, milliseconds, RFC 3339, or a date pattern in a zone.
public struct TimestampFormat: Sendable {
    private enum Kind {
        case seconds
        case milliseconds
        case rfc3339
        case pattern(DatePattern)
    }

    private let kind: Kind
    private let zone: Zone

    /// - Parameters:
    ///   - config: holds `zone` beside the format.
    ///   - key: the format's key.
    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, key: String = "timestamp_format", default standard: String = "epoch-s") throws {
        let name = try config.optionalString("zone") ?? "Asia/Shanghai"
        guard let zone = Zone(name: name) else {
            throw ConfigIssue(
                at: config.optional("zone")?.place ?? config.place, "config.zone", "there is no time zone '\(name)'",
                hint: "write a name like Asia/Shanghai or an offset like +08:00")
        }
        self.zone = zone
        switch try config.optionalString(key) ?? standard {
        case "epoch-s": kind = .seconds
        case "epoch-ms": kind = .milliseconds
        case "rfc3339": kind = .rfc3339
        case let text:
            do {
                kind = .pattern(try DatePattern(text))
            } catch let error as SelectorError {
                throw ConfigIssue(
                    at: config.optional(key)?.place ?? config.place, error.code, error.reason,
                    hint: "write epoch-s, epoch-ms, rfc3339 or a pattern like yyyyMMddHHmmss")
            }
        }
    }

    public func write(_ time: Timestamp) -> String {
        switch kind {
        case .seconds: "\(time.seconds)"
        case .milliseconds: "\(time.milliseconds)"
        case .rfc3339: time.rfc3339(in: zone)
        case .pattern(let pattern): pattern.format(time, in: zone)
        }
    }

    public func read(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 40 else { return nil }
        switch kind {
        case .seconds:
            guard let seconds = Int64(text), seconds.magnitude < 1 << 40 else { return nil }
            return Timestamp(milliseconds: seconds * 1000)
        case .milliseconds:
            guard let milliseconds = Int64(text), milliseconds.magnitude < 1 << 50 else { return nil }
            return Timestamp(milliseconds: milliseconds)
        case .rfc3339: return Timestamp(rfc3339: text)
        case .pattern(let pattern): return pattern.parse(text, in: zone)
        }
    }
}
