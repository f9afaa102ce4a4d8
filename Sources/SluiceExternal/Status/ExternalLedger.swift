public import GRDB
internal import SluiceStore

/// Counts of the external side, by day of `received_at` in the gateway's time zone.
///
/// *Records*: received = new + revised + absorbed + rejected, where `received` is counted from what was decoded and the
/// others from what was written. Refusals and messages stand beside them.
public enum ExternalLedger {
    static func add(_ count: Int, to entry: String, channel: String, day: String, in db: Database) throws {
        let upsert = try db.cachedStatement(
            sql: """
                INSERT INTO ledger (day, channel, entry, count) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET count = count + excluded.count
                """)
        try upsert.execute(arguments: [day, channel, entry, count])
    }

    /// All counts of a day, or of all days.
    public static func lines(day: String?, in db: Database) throws -> [ExternalLedgerLine] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT day, channel, entry, count FROM ledger WHERE ? IS NULL OR day = ? ORDER BY day, channel",
            arguments: [day, day])
        return rows.map {
            ExternalLedgerLine(day: $0["day"], channel: $0["channel"], entry: $0["entry"], count: $0["count"])
        }
    }
}

public struct ExternalLedgerLine: Sendable, Equatable {
    public var day: String
    public var channel: String
    /// messages, received, new, revised, absorbed, rejected, refused; withdrawn, supplemented, urged (of the revised).
    public var entry: String
    public var count: Int
}
