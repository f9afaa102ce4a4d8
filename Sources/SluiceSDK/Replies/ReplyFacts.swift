/// What the templates of a reply may speak of: the ticket's numbers, the event, and what was released for the public.
public struct ReplyFacts: Sendable {
    /// The placeholders.
    public static let names: Set<String> = [
        "ticket_id", "channel_id", "external_id", "reply.id", "reply.public_text", "reply.replied_at", "reply.event",
        "reply.status",
    ]

    public let reply: Reply
    private let dates: ReplyDates

    public init(_ reply: Reply, dates: ReplyDates) {
        self.reply = reply
        self.dates = dates
    }

    /// The value of a placeholder, for `Template.render`.
    public func value(_ name: String, _ format: String?) -> String? {
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
