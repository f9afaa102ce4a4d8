internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// Tells the internal side how a reply ended, so that it stands on the ticket's timeline.
enum ReplyNotice {
    static func append(
        _ replyID: String, ticketID: String, channelID: String, _ result: ReplyResult, at now: Timestamp,
        in db: Database
    ) throws {
        let body = NoticeBody(
            .reply(
                .init(
                    replyID: replyID, ticketID: ticketID, state: result.state, status: result.status,
                    excerpt: result.excerpt ?? result.error, at: now)))
        let item = Item(
            id: replyID, channelID: channelID, kind: .notice, createdAt: now, schema: NoticeBody.schemaVersion,
            body: body.json())
        try Outbox.append(item, to: .externalToRelay, in: db)
    }
}
