internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// Tells the internal side which revisions the relay holds or has rejected, so that a later one need not wait for what
/// will not come, and the inside can name what it does not see.
enum TicketNotices {
    static func append(_ verdict: Verdict, at now: Timestamp, in db: Database) throws {
        guard verdict.decision != .released else { return }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT item_id, channel_id, unpacked(content) FROM outbox
                WHERE stream = ? AND epoch = ? AND number BETWEEN ? AND ? AND kind LIKE 'ticket.%' ORDER BY number
                """,
            arguments: [
                BoundaryStream.externalToRelay.name, verdict.range.epoch, verdict.range.first, verdict.range.last,
            ])
        for row in rows {
            guard let body = row[2] as Data?,
                let revision = try? JSONDocument.parse(Array(body)).root["revision"]?.integer
            else { continue }
            try append(verdict, ticketID: row[0], revision: revision, channelID: row[1], at: now, in: db)
        }
    }

    private static func append(
        _ verdict: Verdict, ticketID: String, revision: Int, channelID: String, at now: Timestamp, in db: Database
    ) throws {
        let body = NoticeBody(
            .ticket(
                .init(
                    ticketID: ticketID, revision: revision, state: verdict.decision == .held ? .held : .rejected,
                    code: verdict.code, at: verdict.at)))
        let item = Item(
            id: ticketID, channelID: channelID, kind: .notice, createdAt: now, schema: NoticeBody.schemaVersion,
            body: body.json())
        try Outbox.append(item, to: .externalToRelay, in: db)
    }
}
