public import GRDB
public import SluiceSDK

extension Outbox {
    /// Begins a new epoch that sends everything again that was written at or after a time, for a reader that has lost
    /// it: batches that a link dropped, a reader without a way to say so.
    ///
    /// - Returns: how many outbox rows go again.
    /// - Throws: `BoundaryError` `boundary.forgotten` when some of them are no longer kept.
    public static func resend(
        _ stream: BoundaryStream, since: Timestamp, at time: Timestamp, in db: Database
    ) throws -> Int {
        let through =
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT max(through) FROM (SELECT * FROM outlet_past UNION ALL SELECT * FROM outlet_sent)
                    WHERE stream = ? AND at < ? AND batch > 0
                    """, arguments: [stream.name, since.milliseconds]) ?? 0
        let forgotten = try forgotten(of: stream, in: db)
        guard through >= forgotten else {
            throw BoundaryError(
                "boundary.forgotten",
                "what \(stream) wrote since then is no longer kept whole; `resend_window` says how long it is")
        }
        try raiseEpoch(of: stream, sendingBehind: through, at: time, in: db)
        return try Int.fetchOne(
            db, sql: "SELECT count(*) FROM outbox WHERE stream = ? AND id > ?", arguments: [stream.name, through]) ?? 0
    }
}
