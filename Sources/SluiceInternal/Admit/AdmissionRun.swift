internal import GRDB
internal import SluiceSDK

/// What one transaction of admissions carries along: numbers given, counts, names looked up.
struct AdmissionRun {
    let now: Timestamp
    let today: Day
    var numbers = TicketNumbers()
    var channels: ChannelNames
    var tally = LedgerTally()
    var nextRevisionID: Int64
    /// False spares every ticket the look at the waiting room.
    var hasWaiting: Bool

    init(now: Timestamp, zone: Zone, _ db: Database) throws {
        self.now = now
        today = Day(now, in: zone)
        channels = try ChannelNames(db)
        nextRevisionID = try TicketBook.nextRevisionID(db)
        hasWaiting = try RevisionOrder.hasWaiting(db)
    }

    mutating func flush(_ db: Database) throws {
        try numbers.flush(db)
        try tally.flush(db)
    }
}

/// Channels as numbers. There are tens of them: all are read at the start of a transaction.
struct ChannelNames {
    private struct Name: Hashable {
        var jurisdiction: String
        var channel: String
    }

    private var keys: [Name: Int64] = [:]

    init(_ db: Database) throws {
        for row in try Row.fetchAll(db.cachedStatement(sql: "SELECT jurisdiction, name, id FROM channel")) {
            keys[Name(jurisdiction: row[0], channel: row[1])] = row[2]
        }
    }

    mutating func key(of channel: String, jurisdiction: String, _ db: Database) throws -> Int64 {
        let name = Name(jurisdiction: jurisdiction, channel: channel)
        if let known = keys[name] { return known }
        try db.execute(
            sql: "INSERT INTO channel (jurisdiction, name) VALUES (?, ?)", arguments: [jurisdiction, channel])
        keys[name] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }
}
