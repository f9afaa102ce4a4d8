internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// Counts what became of our ticket items, by the day that they were received on.
enum ItemLedger {
    static let admitted = "items admitted"
    static let rejected = "items rejected"

    static func add(_ range: ItemRange, to entry: String, zone: Zone, in db: Database) throws {
        struct Place: Hashable {
            var channel: String
            var day: String
        }
        var counts: [Place: Int] = [:]
        for item in try Outbox.items(range, of: .externalToRelay, in: db) where item.kind.isTicket {
            counts[Place(channel: item.channelID, day: item.createdAt.day(in: zone)), default: 0] += 1
        }
        for (place, count) in counts {
            try ExternalLedger.add(count, to: entry, channel: place.channel, day: place.day, in: db)
        }
    }
}
