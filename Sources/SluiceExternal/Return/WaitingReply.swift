internal import GRDB
internal import SluiceSDK

/// A reply that the source has not acknowledged yet.
struct WaitingReply: Sendable {
    var key: Int64
    var reply: Reply
    var attempts: Int
    var offeredAt: Timestamp

    init(_ row: Row, in db: Database) throws {
        key = row["id"]
        attempts = row["attempts"]
        offeredAt = Timestamp(milliseconds: row["offered_at"])
        reply = Reply(
            id: row["reply_id"], ticketID: row["ticket_id"], channelID: row["channel"], externalID: row["external_id"],
            event: row["event"], status: row["status"], publicText: row["public_text"], repliedAt: row["replied_at"],
            origin: [:])
        reply.origin = try ReplyOrigin.find(reply, in: db)
    }
}
