public import SluiceStore

/// What must hold of the boundary's tables in any zone's store.
public enum BoundaryInvariants {
    public static let all = [
        StoreInvariant(
            "stream.cursor", "the outlet stands behind the last row of its outbox",
            sql: """
                SELECT stream FROM outlet
                WHERE cursor > coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)
                """),
        StoreInvariant(
            "stream.settled", "more is acknowledged than was written",
            sql: "SELECT stream FROM outlet WHERE settled > cursor"),
        StoreInvariant(
            "stream.numbers", "items that wait are not numbered one after the other",
            sql: """
                SELECT stream || ' epoch ' || epoch FROM (
                    SELECT o.stream, o.epoch, count(*) AS n, min(o.number) AS low, max(o.number) AS high
                    FROM outbox o JOIN outlet l ON l.stream = o.stream AND o.id > l.settled
                    WHERE o.type = 1 GROUP BY o.stream, o.epoch) AS waiting
                WHERE n <> high - low + 1 OR high >= (SELECT next_number FROM outlet WHERE stream = waiting.stream)
                    OR epoch <> (SELECT epoch FROM outlet WHERE stream = waiting.stream)
                """),
        StoreInvariant(
            "stream.batches", "the last batch written is not the one that the outlet remembers",
            sql: """
                SELECT l.stream FROM outlet l JOIN (
                    SELECT stream, max(batch) AS last FROM outlet_sent s
                    WHERE epoch = (SELECT epoch FROM outlet WHERE stream = s.stream) GROUP BY stream) AS sent
                ON sent.stream = l.stream WHERE sent.last <> l.batch
                """),
        StoreInvariant(
            "stream.stopped", "a stream stands still; see `sluice boundary check`",
            sql:
                "SELECT stream || ' [' || stop_code || '] ' || coalesce(stop_reason, '') FROM inlet WHERE stop_code IS NOT NULL"
        ),
        StoreInvariant(
            "stream.rewind", "the other zone was restored from a backup older than what this one keeps; it lacks items",
            sql: """
                SELECT stream || ': back to batch ' || reader_epoch || '/' || reader_batch || ', epoch ' || epoch
                FROM rewind WHERE is_complete = 0 ORDER BY id
                """),
    ]
}
