internal import SluiceBoundary
internal import SluiceStore

/// external.db: what arrived, what was made of it, what goes across, and the replies on their way out.
enum ExternalSchema {
    /// "SlEx" in ASCII.
    static let applicationID = 0x536C_4578

    static let schema = StoreSchema(name: "external", applicationID: applicationID, migrations: migrations)

    static let migrations = [
        StoreMigration("1 journal", journal + BoundarySchema.sql(writing: [.externalToRelay])),
        StoreMigration("2 desks", desks),
        StoreMigration("3 alerts", AlertBook.sql),
        StoreMigration("4 reload", reload),
        StoreMigration("5 tallies", tallies),
        StoreMigration("6 follow-ups", followUps),
        StoreMigration("7 resending", BoundarySchema.resending),
        StoreMigration("8 retention", retention),
        StoreMigration("9 erasure", ErasureBook.sql),
        StoreMigration("10 reply origin", replyOrigin),
        StoreMigration("11 channels", channels),
        StoreMigration("12 sealing", BoundarySchema.sealing),
        StoreMigration("13 confidential", confidential),
        StoreMigration("14 packed", Packed.migration),
        StoreMigration("15 ticket number", TicketIndex.migration),
        StoreMigration("16 tally once", tallyOnce),
        StoreMigration("17 attachments", AttachmentSchema.sql),
        StoreMigration("18 links", BoundarySchema.links),
        StoreMigration("19 shared keys", BoundarySchema.sharedKeys),
    ]

    private static let journal = """
        CREATE TABLE channel (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            checkpoint TEXT
        ) STRICT;

        -- Raw bytes, once for each message that brought something new.
        CREATE TABLE message (
            id INTEGER PRIMARY KEY,
            channel INTEGER NOT NULL REFERENCES channel,
            received_at INTEGER NOT NULL,
            digest BLOB NOT NULL,
            origin TEXT NOT NULL,
            content_type TEXT,
            bytes BLOB NOT NULL
        ) STRICT;

        -- The latest revision of every source record. ticket_id is the one random index: identity needs it.
        CREATE TABLE ticket (
            id INTEGER PRIMARY KEY,
            ticket_id TEXT NOT NULL UNIQUE,
            channel INTEGER NOT NULL REFERENCES channel,
            external_id TEXT NOT NULL,
            message INTEGER NOT NULL REFERENCES message,
            revision INTEGER NOT NULL,
            source_digest BLOB NOT NULL,
            content_digest BLOB NOT NULL,
            updated_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE reject (
            id INTEGER PRIMARY KEY,
            channel INTEGER NOT NULL REFERENCES channel,
            message INTEGER NOT NULL REFERENCES message,
            record INTEGER,
            record_digest BLOB NOT NULL,
            stage TEXT NOT NULL,
            code TEXT NOT NULL,
            field TEXT,
            selector TEXT,
            reason TEXT NOT NULL,
            config_version TEXT NOT NULL,
            bytes BLOB NOT NULL,
            rejected_at INTEGER NOT NULL,
            UNIQUE (channel, record_digest)
        ) STRICT;

        CREATE TABLE reply (
            id INTEGER PRIMARY KEY,
            reply_id TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL,
            ticket_id TEXT NOT NULL,
            external_id TEXT NOT NULL,
            event TEXT NOT NULL,
            status TEXT NOT NULL,
            public_text TEXT NOT NULL,
            replied_at TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER NOT NULL,
            last_error TEXT,
            answer_status INTEGER,
            answer_excerpt TEXT,
            offered_at INTEGER NOT NULL,
            settled_at INTEGER
        ) STRICT;
        CREATE INDEX reply_waiting ON reply (channel, next_at) WHERE state IN ('waiting', 'sending');
        CREATE INDEX reply_ticket ON reply (ticket_id) WHERE state IN ('waiting', 'sending');

        -- Counted where it happens, in the transaction that makes it true.
        CREATE TABLE ledger (
            day TEXT NOT NULL,
            channel TEXT NOT NULL,
            entry TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (day, channel, entry)
        ) STRICT, WITHOUT ROWID;

        -- What the relay and the internal side said became of our items, as ranges of item numbers.
        CREATE TABLE item_fate (
            id INTEGER PRIMARY KEY,
            epoch INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            fate TEXT NOT NULL,
            code TEXT,
            reason TEXT,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX item_fate_range ON item_fate (epoch, last);

        CREATE TABLE channel_status (
            channel TEXT PRIMARY KEY,
            state TEXT NOT NULL,
            detail TEXT,
            since INTEGER NOT NULL,
            last_message_at INTEGER,
            last_error TEXT,
            last_error_at INTEGER
        ) STRICT, WITHOUT ROWID;
        """

    /// A message without raw bytes keeps its digest and its place.
    private static let retention = """
        ALTER TABLE message ADD COLUMN pruned_at INTEGER;
        CREATE INDEX message_raw ON message (channel, received_at) WHERE pruned_at IS NULL;
        """

    /// `bytes` of a confidential channel can be read on the internal side alone.
    private static let confidential = """
        ALTER TABLE message ADD COLUMN is_sealed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE reject ADD COLUMN is_sealed INTEGER NOT NULL DEFAULT 0;
        """

    /// What people decide, append-only.
    private static let desks = """
        CREATE TABLE reject_event (
            id INTEGER PRIMARY KEY,
            reject INTEGER NOT NULL REFERENCES reject,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            bytes BLOB,
            ticket_id TEXT,
            reason TEXT
        ) STRICT;
        CREATE INDEX reject_event_reject ON reject_event (reject);

        CREATE TABLE reply_event (
            id INTEGER PRIMARY KEY,
            reply INTEGER NOT NULL REFERENCES reply,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            person TEXT NOT NULL
        ) STRICT;
        """

    /// What outlives the process about a channel: the version in force, the kind of source its cursor belongs to, a pause.
    private static let reload = """
        ALTER TABLE channel ADD COLUMN version TEXT;
        ALTER TABLE channel ADD COLUMN source TEXT;
        ALTER TABLE channel ADD COLUMN paused_at INTEGER;
        ALTER TABLE channel ADD COLUMN paused_by TEXT;
        ALTER TABLE channel_status ADD COLUMN config_note TEXT;
        """

    /// Which days and channels have counts that the inside has not heard of. `wait`: milliseconds between the last look
    /// and the next one, while items are open and nothing moves.
    private static let tallies = """
        CREATE TABLE tally_due (
            day TEXT NOT NULL,
            channel TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            wait INTEGER NOT NULL,
            PRIMARY KEY (day, channel)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER tally_on_insert AFTER INSERT ON ledger BEGIN
            INSERT INTO tally_due (day, channel, due_at, wait) VALUES (new.day, new.channel, 0, 0)
            ON CONFLICT DO UPDATE SET due_at = 0, wait = 0;
        END;
        CREATE TRIGGER tally_on_update AFTER UPDATE ON ledger BEGIN
            INSERT INTO tally_due (day, channel, due_at, wait) VALUES (new.day, new.channel, 0, 0)
            ON CONFLICT DO UPDATE SET due_at = 0, wait = 0;
        END;
        """

    /// Every message moves three counts: what is due already need not be written three times more.
    private static let tallyOnce = """
        DROP TRIGGER tally_on_insert;
        DROP TRIGGER tally_on_update;
        CREATE TRIGGER tally_on_insert AFTER INSERT ON ledger WHEN NOT EXISTS (
            SELECT 1 FROM tally_due WHERE day = new.day AND channel = new.channel AND due_at = 0 AND wait = 0)
        BEGIN
            INSERT INTO tally_due (day, channel, due_at, wait) VALUES (new.day, new.channel, 0, 0)
            ON CONFLICT DO UPDATE SET due_at = 0, wait = 0;
        END;
        CREATE TRIGGER tally_on_update AFTER UPDATE ON ledger WHEN NOT EXISTS (
            SELECT 1 FROM tally_due WHERE day = new.day AND channel = new.channel AND due_at = 0 AND wait = 0)
        BEGIN
            INSERT INTO tally_due (day, channel, due_at, wait) VALUES (new.day, new.channel, 0, 0)
            ON CONFLICT DO UPDATE SET due_at = 0, wait = 0;
        END;
        """

    /// For channels with `kind:` alone: what is known of a ticket, and what its source said of it afterwards.
    /// What a reply to a ticket needs of the message that brought it, as a JSON object: the citizen's address, above all.
    private static let replyOrigin = """
        CREATE TABLE reply_origin (
            ticket INTEGER PRIMARY KEY REFERENCES ticket,
            content TEXT NOT NULL
        ) STRICT;
        """

    private static let followUps = """
        CREATE TABLE ticket_body (
            ticket INTEGER PRIMARY KEY REFERENCES ticket,
            body BLOB NOT NULL
        ) STRICT;

        CREATE TABLE follow_up (
            ticket INTEGER NOT NULL REFERENCES ticket,
            kind TEXT NOT NULL,
            source_digest BLOB NOT NULL,
            content_digest BLOB NOT NULL,
            revision INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (ticket, kind, source_digest)
        ) STRICT, WITHOUT ROWID;
        """

    /// What people did with channels, and the last good version of each as its file said it, with references in place of
    /// secrets: it comes up again where the file is bad at the start.
    private static let channels = """
        CREATE TABLE channel_act (
            id INTEGER PRIMARY KEY,
            channel TEXT NOT NULL,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            person TEXT NOT NULL,
            detail TEXT
        ) STRICT;
        CREATE INDEX channel_act_channel ON channel_act (channel, id);

        ALTER TABLE channel ADD COLUMN good TEXT;
        """
}
