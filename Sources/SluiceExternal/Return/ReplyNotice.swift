internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// Tells the internal side how a reply ended, so that it stands on the ticket's timeline.
enum ReplyNotice {
    static func append(
        _ replyID: String, ticketID: String, channelID: String, _ result: ReplyResult, at now: Timestamp,
        in db: Database
    ) throws {
        try append(
            .init(
                replyID: replyID, ticketID: ticketID, state: result.state, status: result.status,
                excerpt: result.excerpt ?? result.error, at: now), channelID: channelID, in: db)
    }

    static func append(_ reply: NoticeBody.ReplyNotice, channelID: String, in db: Database) throws {
        let item = Item(
            id: reply.replyID, channelID: channelID, kind: .notice, createdAt: reply.at,
            schema: NoticeBody.schemaVersion, body: NoticeBody(.reply(reply)).json())
        try Outbox.append(item, to: .externalToRelay, in: db)
    }
}
