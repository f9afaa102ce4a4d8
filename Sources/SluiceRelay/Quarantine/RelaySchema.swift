internal import SluiceBoundary
public import SluiceStore

/// quarantine.db: what only the relay writes. Rows of `item`, `verdict` and `receipt` are never changed; what became of
/// an item is derived from them.
public enum RelaySchema {
    public static let schema = StoreSchema(
        name: "quarantine", applicationID: 0x534C_5552,  // "SLUR"
        migrations: [
            StoreMigration("1", BoundarySchema.sql(writing: [.relayToInternal, .relayToExternal]) + tables),
            StoreMigration("2 alerts", AlertBook.sql),
            StoreMigration("3 resending", BoundarySchema.resending),
            StoreMigration("4 retention", retention),
            StoreMigration("5 erasure", ErasureBook.sql),
            StoreMigration("6 sealing", BoundarySchema.sealing),
            StoreMigration("7 policy", policy),
            StoreMigration("8 producers", ProducerShares.sql),
            StoreMigration("9 packed", Packed.migration),
            StoreMigration("10 attachments", attachments),
            // Lines keep their sealed part as bytes: an older Sluice could not read them.
            StoreMigration("11 sealed bytes", Packed.migration),
            StoreMigration("12 links", BoundarySchema.links),
            StoreMigration("13 record", RecordBook.sql),
            StoreMigration("14 shared keys", BoundarySchema.sharedKeys + keyLines),
            // Lines keep their digests as bytes: an older Sluice could not read them.
            StoreMigration("15 digests as bytes", Packed.migration),
        ])

    /// - `channel_seen`, `channel_hour`: tickets of a channel, ever and in an hour since 1970: its habit.
    /// - `approval`: one person's word where two are needed.
    private static let policy = """
        CREATE TABLE channel_seen (
            channel_id TEXT PRIMARY KEY, tickets INTEGER NOT NULL, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO channel_seen SELECT channel_id, count(*), min(created_at) FROM item
            WHERE kind LIKE 'ticket.%' AND decision <> 'rejected' GROUP BY channel_id;
        CREATE TABLE channel_hour (
            channel_id TEXT NOT NULL, hour INTEGER NOT NULL, tickets INTEGER NOT NULL,
            PRIMARY KEY (channel_id, hour)) STRICT, WITHOUT ROWID;
        CREATE TABLE approval (
            id INTEGER PRIMARY KEY, item INTEGER NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
        CREATE INDEX approval_item ON approval (item);
        """

    /// `batch.keys`: lines that hand over keys to the items behind them, see `KeyLines`; null where no item needs one.
    private static let keyLines = "ALTER TABLE batch ADD COLUMN keys BLOB;"

    /// Files whose pieces are items.
    ///
    /// - `attachment.state`: `incomplete` (pieces are missing), `complete` (to be looked at), `review` (found good; a person
    ///   releases it), `released`, `rejected`.
    /// - `attachment_piece`: which items carry it; after a restore outside, the same piece may have come in several.
    private static let attachments = """
        CREATE TABLE attachment (
            id INTEGER PRIMARY KEY,
            attachment_id TEXT NOT NULL UNIQUE,
            ticket_id TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            pieces INTEGER NOT NULL,
            review INTEGER NOT NULL,
            state TEXT NOT NULL,
            code TEXT,
            reason TEXT,
            next_at INTEGER NOT NULL DEFAULT 0,
            changed_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX attachment_complete ON attachment (id) WHERE state = 'complete';
        CREATE INDEX attachment_ticket ON attachment (ticket_id);
        CREATE TABLE attachment_piece (
            attachment INTEGER NOT NULL REFERENCES attachment,
            number INTEGER NOT NULL,
            item INTEGER NOT NULL,
            digest BLOB NOT NULL,
            PRIMARY KEY (attachment, number, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attachment_piece_item ON attachment_piece (item);
        """

    /// Counts of items that retention has dropped, by the day of their making.
    private static let retention = """
        CREATE TABLE day_count (
            day TEXT NOT NULL,
            producer TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            decision TEXT NOT NULL,
            items INTEGER NOT NULL,
            taken INTEGER NOT NULL,
            PRIMARY KEY (day, producer, channel_id, kind, decision)
        ) STRICT, WITHOUT ROWID;
        """

    /// - `batch`: what proves where a line comes from, for as long as one of its items may still be passed on.
    /// - `item`: verbatim, with the decision of the checks, given in the transaction that stored it.
    /// - `verdict`: every decision, the checks' as ranges; `is_late` for those of people, one item each, which prevail.
    /// - `receipt`: the far side's, verbatim.
    private static let tables = """
        CREATE TABLE batch (
            id INTEGER PRIMARY KEY,
            stream TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            batch INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            manifest BLOB NOT NULL,
            signature BLOB NOT NULL,
            digests BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX batch_position ON batch (stream, epoch, batch);
        CREATE TABLE item (
            id INTEGER PRIMARY KEY,
            batch INTEGER NOT NULL REFERENCES batch (id),
            line_index INTEGER NOT NULL,
            producer TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            number INTEGER NOT NULL,
            item_id TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            channel_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            decision TEXT NOT NULL,
            line BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX item_line ON item (batch, line_index);
        CREATE INDEX item_day ON item (created_at);
        CREATE INDEX item_stayed ON item (id) WHERE decision <> 'released';
        CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,
            producer TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            decision TEXT NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL,
            by TEXT NOT NULL,
            is_late INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX verdict_checks ON verdict (producer, epoch, last) WHERE is_late = 0;
        CREATE INDEX verdict_late ON verdict (producer, epoch, first) WHERE is_late = 1;
        CREATE TABLE receipt (
            id INTEGER PRIMARY KEY,
            batch INTEGER NOT NULL REFERENCES batch (id),
            line_index INTEGER NOT NULL,
            producer TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            at INTEGER NOT NULL,
            line BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX receipt_line ON receipt (batch, line_index);
        CREATE INDEX receipt_range ON receipt (producer, epoch, last);

        """
}
