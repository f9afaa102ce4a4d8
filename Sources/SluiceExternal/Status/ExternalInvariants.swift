internal import SluiceBoundary
public import SluiceStore

/// What must hold in external.db.
public enum ExternalInvariants {
    public static let all =
        BoundaryInvariants.all + [
            StoreInvariant(
                "ledger.tickets", "as many tickets are counted new as are stored",
                sql: """
                    SELECT c.name || ': counted ' || counted || ', stored ' || stored FROM (
                        SELECT c.name, (SELECT count(*) FROM ticket t WHERE t.channel = c.id) AS stored,
                            (SELECT coalesce(sum(count), 0) FROM ledger WHERE channel = c.name AND entry = 'new')
                                AS counted FROM channel c) AS c
                    WHERE counted <> stored
                    """),
            StoreInvariant(
                "ledger.records", "received is not new + revised + absorbed + rejected",
                sql: """
                    SELECT day || ' ' || channel FROM ledger GROUP BY day, channel
                    HAVING sum(iif(entry = 'received', count, 0))
                        <> sum(iif(entry IN ('new', 'revised', 'absorbed', 'rejected'), count, 0))
                    """),
            StoreInvariant(
                "items.fate", "the fate of an item is known that was never sent",
                sql: """
                    SELECT 'epoch ' || f.epoch || ' number ' || f.last FROM item_fate f JOIN outlet l
                    ON l.stream = 'external-relay' AND l.epoch = f.epoch WHERE f.last >= l.next_number
                    """),
            StoreInvariant(
                "replies.state", "a reply is in no known state",
                sql: """
                    SELECT reply_id || ': ' || state FROM reply
                    WHERE state NOT IN ('waiting', 'sending', 'unknown', 'acknowledged', 'failed', 'not_wanted')
                    """),
        ]
}
