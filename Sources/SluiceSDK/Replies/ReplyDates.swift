/// The date patterns that a reply's templates use (`{reply.replied_at|yyyy-MM-dd}`), compiled once.
public struct ReplyDates: Sendable {
    /// The `zone:` key of a reply sender.
    public static let field = ConfigField(
        "zone", .string, default: "Asia/Shanghai", example: "+08:00", "The zone of `{reply.replied_at|…}`.")

    private let zone: Zone
    private let patterns: [String: DatePattern]

    /// - Parameter config: the object that holds `zone:`.
    /// - Throws: `ConfigIssue` for a zone or a format that is none, or stands behind something that is no time.
    public init(_ templates: [Template], _ config: Config) throws {
        let name = try config.optionalString("zone") ?? "Asia/Shanghai"
        guard let zone = Zone(name: name) else {
            throw ConfigIssue(
                at: config.optional("zone")?.place ?? config.place, "config.zone", "there is no time zone '\(name)'",
                hint: "write a name like Asia/Shanghai or an offset like +08:00")
        }
        self.zone = zone
        patterns = try Self.patterns(templates, at: config.place)
    }

    func write(_ time: String, _ format: String?) -> String {
        guard let format, let pattern = patterns[format], let moment = Timestamp(rfc3339: time) else { return time }
        return pattern.format(moment, in: zone)
    }

    private static func patterns(_ templates: [Template], at place: ConfigPlace) throws -> [String: DatePattern] {
        var patterns: [String: DatePattern] = [:]
        for template in templates {
            for case .placeholder(let name, let format?) in template.parts where format != "number" && format != "bool"
            {
                guard name == "reply.replied_at" else {
                    throw ConfigIssue(
                        at: place, "template.format",
                        "{\(name)|\(format)}: only {reply.replied_at} takes a date pattern", hint: "write {\(name)}")
                }
                do {
                    patterns[format] = try DatePattern(format)
                } catch let error as SelectorError {
                    throw ConfigIssue(at: place, error.code, error.reason)
                }
            }
        }
        return patterns
    }
}
