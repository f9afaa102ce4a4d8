internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// Ticket items that are neither admitted inside nor rejected for good. They are found by the gaps in what was settled,
/// which costs little when nearly everything is.
enum OpenItems {
    static func find(channel: String, day: String, zone: Zone, in db: Database) throws -> [TallyBody.OpenItem] {
        var found: [TallyBody.OpenItem] = []
        for gap in try gaps(in: db) {
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT number, item_id, created_at, unpacked(content) FROM outbox
                    WHERE stream = ? AND epoch = ? AND number BETWEEN ? AND ? AND channel_id = ? AND kind LIKE 'ticket.%'
                    ORDER BY number
                    """,
                arguments: [BoundaryStream.externalToRelay.name, gap.epoch, gap.first, gap.last, channel])
            while found.count < TallyBody.mostOpen, let row = try rows.next() {
                guard Timestamp(milliseconds: row[2]).day(in: zone) == day, let body = row[3] as Data?,
                    let revision = try? JSONDocument.parse(Array(body)).root["revision"]?.integer
                else { continue }
                let state = try state(epoch: gap.epoch, number: row[0], in: db)
                found.append(.init(ticketID: row[1], revision: revision, state: state))
            }
        }
        return found
    }

    /// Channel and time of making of every open ticket item.
    static func sources(in db: Database) throws -> [(channel: String, createdAt: Int64)] {
        try gaps(in: db).flatMap { gap in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT channel_id, created_at FROM outbox
                    WHERE stream = ? AND epoch = ? AND number BETWEEN ? AND ? AND kind LIKE 'ticket.%'
                    """, arguments: [BoundaryStream.externalToRelay.name, gap.epoch, gap.first, gap.last]
            ).map { ($0[0], $0[1]) }
        }
    }

    /// Item numbers that no final fate covers, up to the last one given.
    private static func gaps(in db: Database) throws -> [ItemRange] {
        let rows = try Row.fetchAll(
            db,
            sql:
                "SELECT epoch, first, last FROM item_fate WHERE fate IN ('admitted', 'rejected', 'unheard') ORDER BY epoch, first"
        )
        let ends = try Row.fetchAll(
            db,
            sql: """
                SELECT epoch, min(number), max(number) FROM outbox WHERE stream = ? AND number IS NOT NULL GROUP BY epoch
                """, arguments: [BoundaryStream.externalToRelay.name])
        var gaps: [ItemRange] = []
        for end in ends {
            let (epoch, last): (Int, Int) = (end[0], end[2])
            var next: Int = end[1]
            func add(upTo: Int) {
                guard next <= upTo else { return }
                gaps.append(
                    ItemRange(producer: BoundaryStream.externalToRelay.from, epoch: epoch, first: next, last: upTo))
            }
            for row in rows where row[0] == epoch {
                add(upTo: min(row[1] - 1, last))
                next = max(next, row[2] + 1)
            }
            add(upTo: last)
        }
        return gaps
    }

    private static func state(epoch: Int, number: Int, in db: Database) throws -> TallyBody.OpenItem.State {
        let fate = try String.fetchOne(
            db,
            sql: """
                SELECT fate FROM item_fate WHERE epoch = ? AND last >= ? AND first <= ? ORDER BY id DESC LIMIT 1
                """, arguments: [epoch, number, number])
        return fate.flatMap(TallyBody.OpenItem.State.init) ?? .waiting
    }
}
