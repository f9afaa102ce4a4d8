internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Tells the inside what was counted here: for each day and channel all counts so far, anew whenever one has changed.
/// While items are open and nothing moves, it looks again, ever more rarely, and names them.
struct TallySender: Sendable {
    let store: Store
    let zone: Zone
    let clock: @Sendable () -> Timestamp
    let forward: @Sendable () -> Void
    let logger: Logger
    /// Nobody ever says here what became of an item: there is nothing to look for again.
    var isOneWay = false

    /// How often it looks for what has changed.
    private static let period = Duration.seconds(5)
    private static let longestWait: Int64 = 3_600_000

    func run() async throws {
        while true {
            do {
                if try await step() > 0 { forward() }
            } catch {
                logger.error("tallies not sent", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: Self.period)
        }
    }

    /// - Returns: how many tallies are on their way now.
    func step() async throws -> Int {
        let (zone, now, isOneWay) = (zone, clock(), isOneWay)
        let horizon = DueTime.horizon(now)
        let isAnyDue = try await store.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM tally_due WHERE due_at <= ? OR due_at > ?)",
                arguments: [now.milliseconds, horizon.milliseconds])
        }
        guard isAnyDue == true else { return 0 }
        let sent = try await store.commit { db in
            let due = try Row.fetchAll(
                db, sql: "SELECT day, channel, wait FROM tally_due WHERE due_at <= ? OR due_at > ? LIMIT 200",
                arguments: [now.milliseconds, horizon.milliseconds])
            for row in due {
                let (day, channel): (String, String) = (row[0], row[1])
                let isOpen = try Self.send(day: day, channel: channel, waited: row[2], zone: zone, at: now, in: db)
                guard !isOpen || isOneWay else { continue }
                try db.execute(
                    sql: "DELETE FROM tally_due WHERE day = ? AND channel = ?", arguments: [day, channel])
            }
            Failpoint.tallyWritten.reached()
            return due.count
        }
        Failpoint.tallySent.reached()
        return sent
    }

    /// - Returns: whether items are open, so that it looks again.
    private static func send(
        day: String, channel: String, waited: Int64, zone: Zone, at now: Timestamp, in db: Database
    ) throws -> Bool {
        var body = TallyBody(
            day: day, channelID: channel, counts: try counts(day: day, channel: channel, in: db), at: now)
        if body.openCount > 0, waited > 0 {
            body.open = Array(
                try OpenItems.find(channel: channel, day: day, zone: zone, in: db).prefix(TallyBody.mostOpen))
        }
        let item = Item(
            id: body.id, channelID: channel, kind: .tally, createdAt: now, schema: TallyBody.schemaVersion,
            body: body.json())
        try Outbox.append(item, to: .externalToRelay, in: db)
        guard body.openCount > 0 else { return false }
        let wait = min(max(5000, waited * 2), longestWait)
        try db.execute(
            sql: "UPDATE tally_due SET due_at = ?, wait = ? WHERE day = ? AND channel = ?",
            arguments: [now.milliseconds + wait, wait, day, channel])
        return true
    }

    private static func counts(day: String, channel: String, in db: Database) throws -> [TallyBody.Entry: Int] {
        var counts: [TallyBody.Entry: Int] = [:]
        let rows = try Row.fetchAll(
            db, sql: "SELECT entry, count FROM ledger WHERE day = ? AND channel = ?", arguments: [day, channel])
        for row in rows {
            let name: String = row[0]
            if let entry = TallyBody.Entry(rawValue: name.replacing(" ", with: "_")) { counts[entry] = max(0, row[1]) }
        }
        return counts
    }
}
