internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// Counts what became of our ticket items, by the day that they were received on. An item counts once, however often it
/// was sent and answered: after a restore it has several numbers.
enum ItemLedger {
    static let admitted = "items admitted"
    static let rejected = "items rejected"

    /// Call before the fate of the range is recorded.
    static func add(_ range: ItemRange, to entry: String, zone: Zone, in db: Database) throws {
        struct Place: Hashable {
            var channel: String
            var day: String
        }
        let settled = try ItemFate.settled(range, in: db)
        var counts: [Place: Int] = [:]
        for item in try Outbox.items(range, of: .externalToRelay, in: db)
        where item.kind.isTicket && !settled.contains(where: { $0.contains(item.number) }) {
            if try isSettledUnderOtherNumber(epoch: range.epoch, number: item.number, in: db) { continue }
            counts[Place(channel: item.channelID, day: item.createdAt.day(in: zone)), default: 0] += 1
        }
        for item in try renumbered(range, in: db) where !settled.contains(where: { $0.contains(item.number) }) {
            counts[Place(channel: item.channel, day: item.createdAt.day(in: zone)), default: 0] += 1
        }
        for (place, count) in counts {
            try ExternalLedger.add(count, to: entry, channel: place.channel, day: place.day, in: db)
        }
    }

    private struct Renumbered {
        var number: Int
        var channel: String
        var createdAt: Timestamp
    }

    /// Ticket items that had a number of the range before they were sent again, and that no other number has settled.
    private static func renumbered(_ range: ItemRange, in db: Database) throws -> [Renumbered] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT old_number, channel_id, created_at, renumbered.epoch, renumbered.number
                    FROM renumbered JOIN outbox ON outbox.id = renumbered.outbox
                    WHERE renumbered.stream = ? AND old_epoch = ? AND old_number BETWEEN ? AND ?
                    AND kind LIKE 'ticket.%'
                    """),
            arguments: [BoundaryStream.externalToRelay.name, range.epoch, range.first, range.last])
        return try rows.compactMap { row in
            let (epoch, number): (Int, Int) = (row[3], row[4])
            if try isSettled(epoch: epoch, number: number, in: db) { return nil }
            return Renumbered(number: row[0], channel: row[1], createdAt: Timestamp(milliseconds: row[2]))
        }
    }

    private static func isSettledUnderOtherNumber(epoch: Int, number: Int, in db: Database) throws -> Bool {
        // Before the first restore there is nothing to look for.
        guard epoch > 1 else { return false }
        let others = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT old_epoch, old_number FROM renumbered WHERE outbox = (
                        SELECT outbox FROM renumbered WHERE stream = ? AND epoch = ? AND number = ?)
                    """), arguments: [BoundaryStream.externalToRelay.name, epoch, number])
        return try others.contains { try isSettled(epoch: $0[0], number: $0[1], in: db) }
    }

    private static func isSettled(epoch: Int, number: Int, in db: Database) throws -> Bool {
        let own = ItemRange(producer: BoundaryStream.externalToRelay.from, epoch: epoch, first: number, last: number)
        return try !ItemFate.settled(own, in: db).isEmpty
    }
}
