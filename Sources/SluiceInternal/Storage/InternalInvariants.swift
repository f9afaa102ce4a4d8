internal import SluiceBoundary
public import SluiceStore

/// What must hold in internal.db.
public enum InternalInvariants {
    public static let all = BoundaryInvariants.all + references + index + ledgers

    private static let references = [
        StoreInvariant(
            "case.revision", "a ticket's latest revision is missing",
            sql: "SELECT ticket_id FROM ticket t WHERE NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = t.latest)"),
        StoreInvariant(
            "case.ticket", "a revision without a ticket",
            sql: "SELECT r.id FROM revision r WHERE NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = r.ticket)"),
        StoreInvariant(
            "case.owner", "a ticket's owner has no share of it",
            sql: """
                SELECT ticket_id FROM ticket t
                WHERE NOT EXISTS (SELECT 1 FROM route r WHERE r.ticket = t.id AND r.handler = t.owner)
                """),
        StoreInvariant(
            "delivery.event", "a delivery without its event",
            sql: """
                SELECT h.name || ' event ' || d.event FROM delivery d JOIN handler h ON h.id = d.handler
                WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.id = d.event)
                """),
        StoreInvariant(
            "event.ticket", "an event without its ticket",
            sql: "SELECT e.uid FROM event e WHERE NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = e.ticket)"),
        StoreInvariant(
            "attachment.whole", "a file that handlers may fetch is not whole",
            sql: """
                SELECT attachment_id FROM attachment a WHERE state = 'available' AND size <> coalesce(
                    (SELECT sum(length(bytes)) FROM attachment_piece WHERE attachment = a.id), 0)
                """),
        StoreInvariant(
            "attachment.piece", "bytes of no file",
            sql: """
                SELECT p.id || '' FROM attachment_piece p LEFT JOIN attachment a ON a.id = p.attachment
                WHERE a.id IS NULL OR a.state NOT IN ('arriving', 'available')
                """),
        StoreInvariant(
            "reply.ticket", "a reply without its ticket",
            sql: "SELECT r.reply_id FROM reply r WHERE NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = r.ticket)"),
    ]

    /// `ticketIndex` looks at the keys.
    private static let index = [
        StoreInvariant(
            "index.gap", "a run of the index of tickets does not begin behind the one before it",
            sql: """
                SELECT 'run ' || r.id FROM ticket_run r LEFT JOIN ticket_run p ON p.id = r.id - 1
                WHERE r.first <> coalesce(p.last, 0) + 1 OR r.last < r.first
                """),
        StoreInvariant(
            "index.run", "keys of tickets in no run",
            sql: "SELECT 'run ' || run FROM ticket_key WHERE run NOT IN (SELECT id FROM ticket_run) GROUP BY run"),
    ]

    private static let ledgers = [
        StoreInvariant(
            "ledger.tickets", "as many tickets are counted opened as are stored",
            sql: """
                SELECT 'counted ' || counted || ', stored ' || stored FROM (
                    SELECT (SELECT coalesce(sum(count), 0) FROM counter WHERE name = 'items.opened') AS counted,
                        (SELECT count(*) FROM ticket) AS stored) WHERE counted <> stored
                """),
        StoreInvariant(
            "ledger.deliveries", "made is not delivered + in the queue",
            sql: """
                SELECT name || ': made ' || made || ', delivered ' || delivered || ', in the queue ' || queued FROM (
                    SELECT h.name,
                        (SELECT coalesce(sum(count), 0) FROM counter
                            WHERE name = 'deliveries.made' AND subject = h.name) AS made,
                        (SELECT coalesce(sum(count), 0) FROM counter
                            WHERE name = 'deliveries.delivered' AND subject = h.name) AS delivered,
                        (SELECT count(*) FROM delivery d
                            WHERE d.handler = h.id AND d.event > h.low_water AND d.batch IS NULL)
                        + (SELECT coalesce(sum(length(members) / 8), 0) FROM delivery_batch b
                            WHERE b.handler = h.id AND b.delivered_at IS NULL) AS queued
                    FROM handler h)
                WHERE made <> delivered + queued
                """),
        StoreInvariant(
            "ledger.replies", "offered is not answered + on the way",
            sql: """
                SELECT 'offered ' || offered || ', answered ' || settled || ', on the way ' || open FROM (
                    SELECT (SELECT coalesce(sum(count), 0) FROM counter WHERE name = 'replies.offered') AS offered,
                        (SELECT coalesce(sum(count), 0) FROM counter WHERE name IN
                            ('replies.acknowledged', 'replies.failed', 'replies.not_wanted')) AS settled,
                        (SELECT count(*) FROM reply WHERE state IN ('offered', 'held', 'sent')) AS open)
                WHERE offered <> settled + open
                """),
    ]
}
