internal import GRDB
internal import SluiceBoundary

/// Messages whose raw bytes are still needed: a ticket of theirs has not arrived inside, or a reject waits for a person.
struct RawNeeds {
    private struct Source: Hashable {
        var channel: Int64
        var receivedAt: Int64
    }

    private var open: Set<Source> = []
    private var rejects: Set<Int64> = []

    init(_ db: Database) throws {
        let keys = try Row.fetchAll(db, sql: "SELECT name, id FROM channel").map { ($0[0] as String, $0[1] as Int64) }
        let channels = Dictionary(keys) { first, _ in first }
        for (name, createdAt) in try OpenItems.sources(in: db) {
            if let channel = channels[name] { open.insert(Source(channel: channel, receivedAt: createdAt)) }
        }
        rejects = Set(
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT message FROM reject WHERE NOT EXISTS (
                        SELECT 1 FROM reject_event WHERE reject_event.reject = reject.id
                        AND kind IN ('replayed', 'discarded'))
                    """))
    }

    /// An item's time of making is its message's time of arrival.
    func contains(message: Int64, channel: Int64, receivedAt: Int64) -> Bool {
        rejects.contains(message) || open.contains(Source(channel: channel, receivedAt: receivedAt))
    }
}
