internal import SluiceSDK

/// What the templates of a reply may speak of: the ticket's numbers, the event, and what was released for the public.
struct ReplyFacts {
    static let names: Set<String> = [
        "ticket_id", "channel_id", "external_id", "reply.id", "reply.public_text", "reply.replied_at", "reply.event",
        "reply.status",
    ]

    let reply: Reply
    let dates: DateFormats

    func value(_ name: String, _ format: String?) -> String? {
        switch name {
        case "ticket_id": reply.ticketID
        case "channel_id": reply.channelID
        case "external_id": reply.externalID
        case "reply.id": reply.id
        case "reply.public_text": reply.publicText
        case "reply.replied_at": dates.write(reply.repliedAt, format)
        case "reply.event": reply.event
        case "reply.status": reply.status
        default: nil
        }
    }
}

/// The date patterns that the templates use, compiled once.
struct DateFormats: Sendable {
    private let zone: Zone
    private let patterns: [String: DatePattern]

    /// - Throws: `ConfigIssue` for a format that is none, or stands behind something that is no time.
    init(_ templates: [Template], zone: Zone, at place: ConfigPlace) throws {
        self.zone = zone
        var patterns: [String: DatePattern] = [:]
        for template in templates {
            for case .placeholder(let name, let format?) in template.parts where format != "number" && format != "bool"
            {
                guard name == "reply.replied_at" else {
                    throw ConfigIssue(
                        at: place, "template.format",
                        "{\(name)|\(format)}: only {reply.replied_at} takes a date pattern",
                        hint: "write {\(name)}")
                }
                do {
                    patterns[format] = try DatePattern(format)
                } catch let error as SelectorError {
                    throw ConfigIssue(at: place, error.code, error.reason)
                }
            }
        }
        self.patterns = patterns
    }

    func write(_ time: String, _ format: String?) -> String {
        guard let format, let pattern = patterns[format], let moment = Timestamp(rfc3339: time) else { return time }
        return pattern.format(moment, in: zone)
    }
}
