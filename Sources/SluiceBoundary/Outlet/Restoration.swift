public import GRDB
public import SluiceSDK

/// What a store needs after it was restored from a backup, before its zone starts.
public enum Restoration {
    /// Every stream that the zone writes begins a new epoch, which a person approves at its reader; every stream that it
    /// reads may begin one without a second approval.
    ///
    /// The new epoch is the number of minutes since 2026: two restorations of one backup must not share one.
    /// - Parameters:
    ///   - time: now.
    ///   - backupTime: when the backup was made.
    public static func begin(at time: Timestamp, backupTime: Timestamp, in db: Database) throws {
        let streams = try String.fetchAll(db, sql: "SELECT stream FROM outlet ORDER BY stream").compactMap(
            BoundaryStream.init(name:))
        let epoch = Int((time.milliseconds - firstMinute) / 60_000)
        for stream in streams {
            try Outbox.raiseEpoch(of: stream, to: epoch, at: time, in: db)
            try InletState.prepare(stream.opposite, in: db)
        }
        try db.execute(sql: "UPDATE inlet SET awaits_epoch = 1")
        try db.execute(
            sql: "INSERT INTO restoration (at, backup_at, epoch) VALUES (?, ?, ?)",
            arguments: [time.milliseconds, backupTime.milliseconds, epoch])
    }

    /// 2026-01-01T00:00:00Z in milliseconds.
    private static let firstMinute: Int64 = 1_767_225_600_000
}
