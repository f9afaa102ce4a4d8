/// The boundary's tables in a zone's own store. They stand there so that a zone's work and its place in a stream
/// commit together.
public enum BoundarySchema {
    /// SQL for a `StoreMigration` of the zone; the streams are those that it writes. Inlet rows appear by themselves.
    public static func sql(writing streams: [BoundaryStream]) -> String {
        tables + streams.map { "INSERT INTO outlet (stream) VALUES ('\($0.name)');\n" }.joined()
    }

    /// `outbox.sealed`: what of an item only the internal side can read; a migration of its own.
    public static let sealing = "ALTER TABLE outbox ADD COLUMN sealed BLOB;"

    /// - `sealing_key`: messages that hand over keys which items share.
    /// - `outbox.sealing_key`: null where `sealed` has all that opening it takes. SQLite keeps a key for as long as a row
    ///   names it.
    public static let sharedKeys = """
        CREATE TABLE sealing_key (id INTEGER PRIMARY KEY AUTOINCREMENT, message BLOB NOT NULL) STRICT;
        ALTER TABLE outbox ADD COLUMN sealing_key INTEGER REFERENCES sealing_key (id);
        CREATE INDEX outbox_sealing_key ON outbox (sealing_key) WHERE sealing_key IS NOT NULL;
        """

    /// What lets a stream begin anew when the zone at its other end was restored from a backup; a migration of its own
    /// behind `sql(writing:)`.
    ///
    /// - `outlet_past`: acknowledged batches, until they are forgotten. Batch 0 stands for the beginning of an epoch.
    /// - `outlet.forgotten`: outbox rows up to here are no longer kept for being sent again.
    /// - `renumbered`: numbers that items had before their stream began a new epoch.
    /// - `rewind`: every time that this zone sent acknowledged rows again because its reader had lost them.
    /// - `restoration`: every time that this store was restored.
    /// - `inlet.awaits_epoch`: this store was restored, so that its writer may begin a new epoch without being approved.
    public static let resending = """
        CREATE TABLE outlet_past (
            stream TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            batch INTEGER NOT NULL,
            through INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (stream, epoch, batch)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE renumbered (
            stream TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            number INTEGER NOT NULL,
            old_epoch INTEGER NOT NULL,
            old_number INTEGER NOT NULL,
            outbox INTEGER NOT NULL,
            PRIMARY KEY (stream, epoch, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX renumbered_row ON renumbered (outbox);
        CREATE INDEX renumbered_old ON renumbered (stream, old_epoch, old_number);
        CREATE TABLE rewind (
            id INTEGER PRIMARY KEY,
            stream TEXT NOT NULL,
            at INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            reader_epoch INTEGER NOT NULL,
            reader_batch INTEGER NOT NULL,
            is_complete INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE restoration (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            backup_at INTEGER NOT NULL,
            epoch INTEGER NOT NULL
        ) STRICT;
        ALTER TABLE outlet ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE inlet ADD COLUMN awaits_epoch INTEGER NOT NULL DEFAULT 0;
        """

    /// Links without a way back, and batches that never came; a migration of its own behind `resending`.
    ///
    /// - `outlet_sent.at`: when the batch was written.
    /// - `inlet_gap`: batches that a person gave up waiting for, and the item numbers that were in them.
    public static let links = """
        ALTER TABLE outlet_sent ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
        UPDATE outlet_sent SET at = unixepoch() * 1000;
        CREATE TABLE inlet_gap (
            id INTEGER PRIMARY KEY,
            stream TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            first_batch INTEGER NOT NULL,
            last_batch INTEGER NOT NULL,
            first_item INTEGER NOT NULL,
            last_item INTEGER NOT NULL,
            at INTEGER NOT NULL,
            person TEXT NOT NULL
        ) STRICT;
        """

    /// - `outbox`: what waits to be written, and what was written, until it is forgotten; append-only but for that.
    ///   `type`: 1 item, 2 verdict, 3 receipt, 4 passage. `epoch` and `number` belong to items alone.
    /// - `outlet`: one row for each stream that this zone writes. `cursor` is the last outbox row in a segment, `settled`
    ///   the last one in an acknowledged segment.
    /// - `outlet_sent`: batches written and not acknowledged.
    /// - `inlet`: one row for each stream that this zone reads.
    private static let tables = """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            stream TEXT NOT NULL,
            type INTEGER NOT NULL,
            epoch INTEGER,
            number INTEGER,
            item_id TEXT,
            attempt INTEGER,
            channel_id TEXT,
            kind TEXT,
            created_at INTEGER,
            schema TEXT,
            review INTEGER,
            reference INTEGER,
            content BLOB
        ) STRICT;
        CREATE INDEX outbox_waiting ON outbox (stream, id);
        CREATE INDEX outbox_number ON outbox (stream, epoch, number) WHERE number IS NOT NULL;
        CREATE TABLE outlet (
            stream TEXT PRIMARY KEY,
            epoch INTEGER NOT NULL DEFAULT 1,
            batch INTEGER NOT NULL DEFAULT 0,
            head BLOB NOT NULL DEFAULT (zeroblob(32)),
            item_head BLOB NOT NULL DEFAULT (zeroblob(32)),
            next_number INTEGER NOT NULL DEFAULT 1,
            cursor INTEGER NOT NULL DEFAULT 0,
            settled INTEGER NOT NULL DEFAULT 0,
            acked_epoch INTEGER NOT NULL DEFAULT 0,
            acked_batch INTEGER NOT NULL DEFAULT 0,
            sent_ack_epoch INTEGER NOT NULL DEFAULT 0,
            sent_ack_batch INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE outlet_sent (
            stream TEXT NOT NULL,
            epoch INTEGER NOT NULL,
            batch INTEGER NOT NULL,
            through INTEGER NOT NULL,
            PRIMARY KEY (stream, epoch, batch)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE inlet (
            stream TEXT PRIMARY KEY,
            epoch INTEGER NOT NULL DEFAULT 1,
            batch INTEGER NOT NULL DEFAULT 0,
            head BLOB NOT NULL DEFAULT (zeroblob(32)),
            item_head BLOB NOT NULL DEFAULT (zeroblob(32)),
            next_number INTEGER NOT NULL DEFAULT 1,
            owed_epoch INTEGER NOT NULL DEFAULT 0,
            owed_batch INTEGER NOT NULL DEFAULT 0,
            stop_code TEXT,
            stop_epoch INTEGER,
            stop_batch INTEGER,
            stop_reason TEXT,
            stop_at INTEGER
        ) STRICT;

        """
}
