internal import SluiceBoundary
public import SluiceStore

/// internal.db. Integer keys inside, and no random index on the way of a ticket: ids are digests, and are found by
/// `TicketIndex`, whose keys are appended in runs. No constraint of a table says that `ticket.ticket_id` stands once: it
/// does because every ticket is looked for there first, on the store's one writer.
///
/// Rows are appended wherever possible. What a table can be read from another one is not written twice: the deliveries
/// on a ticket's timeline come from `delivery` and `delivery_batch`.
public enum InternalSchema {
    public static let schema = StoreSchema(name: "internal", applicationID: applicationID, migrations: migrations)

    /// "SLIN" in ASCII.
    static let applicationID = 0x534C_494E

    static let migrations = [
        StoreMigration("1-names", names),
        StoreMigration("2-tickets", tickets),
        StoreMigration("3-deliveries", deliveries),
        StoreMigration("4-cases", cases),
        StoreMigration("5-admission", admission),
        StoreMigration("6-boundary", BoundarySchema.sql(writing: [.internalToRelay])),
        StoreMigration("7-pull", pull),
        StoreMigration("8-alerts", AlertBook.sql),
        // A tally says everything so far: only the latest of a day and channel counts.
        StoreMigration("9-tallies", "CREATE UNIQUE INDEX tally_of ON tally (producer, item_id);"),
        StoreMigration("10-pause", pause),
        StoreMigration("11-resending", BoundarySchema.resending + epochs),
        StoreMigration("12-retention", retention),
        StoreMigration("13-erasure", ErasureBook.sql),
        StoreMigration("14-sealing", BoundarySchema.sealing + refusals),
        StoreMigration("15-packed", Packed.migration),
        StoreMigration("16-attachments", AttachmentSchema.sql),
        StoreMigration("17-links", BoundarySchema.links),
        StoreMigration("18-ticket-index", TicketIndexSchema.sql),
        StoreMigration("19-keys", BoundarySchema.sharedKeys),
    ]

    /// Words that stand in millions of rows, as numbers.
    private static let names = """
        CREATE TABLE channel (
            id INTEGER PRIMARY KEY, jurisdiction TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (jurisdiction, name));
        -- Nothing below low_water waits for this handler any more: where its worker begins to look.
        CREATE TABLE handler (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, low_water INTEGER NOT NULL DEFAULT 0);
        -- Which fields a handler got masked and which not at all, as it stood when a ticket was shared.
        CREATE TABLE policy (id INTEGER PRIMARY KEY, fields TEXT NOT NULL UNIQUE);
        """

    private static let tickets = """
        -- day: of received_at in the gateway's zone, 20260105. latest: revision.id.
        CREATE TABLE ticket (
            id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL UNIQUE, number TEXT NOT NULL, channel INTEGER NOT NULL,
            external_id TEXT NOT NULL, day INTEGER NOT NULL, admitted_at INTEGER NOT NULL, revision INTEGER NOT NULL,
            latest INTEGER NOT NULL, status TEXT NOT NULL, owner INTEGER NOT NULL, withdrawn_at INTEGER);
        -- previous: the revision.id before it, so that a ticket's history needs no index.
        CREATE TABLE revision (
            id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, revision INTEGER NOT NULL, previous INTEGER,
            admitted_at INTEGER NOT NULL, body BLOB NOT NULL);
        -- The share log too: who got the ticket, why, and with which fields held back.
        CREATE TABLE route (
            ticket INTEGER NOT NULL, handler INTEGER NOT NULL, role TEXT NOT NULL, policy INTEGER NOT NULL,
            reason TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (ticket, handler)) WITHOUT ROWID;
        -- number: of the step, from 1 for each ticket. event: the event.id that the step made, where it made one.
        CREATE TABLE timeline (
            ticket INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, step TEXT NOT NULL,
            actor TEXT NOT NULL, detail TEXT NOT NULL, event INTEGER, PRIMARY KEY (ticket, number)) WITHOUT ROWID;
        """

    private static let deliveries = """
        -- What handlers are to hear. uid: the CloudEvents id. revision, status: as they stood then, so that a repeat
        -- says the same. detail: JSON of a case event.
        CREATE TABLE event (
            id INTEGER PRIMARY KEY, uid TEXT NOT NULL, ticket INTEGER NOT NULL, kind TEXT NOT NULL,
            revision INTEGER NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL, day INTEGER NOT NULL, detail BLOB);
        -- batch: null while it waits.
        CREATE TABLE delivery (
            handler INTEGER NOT NULL, event INTEGER NOT NULL, ticket INTEGER NOT NULL, batch INTEGER,
            PRIMARY KEY (handler, event)) WITHOUT ROWID;
        -- members: event ids as eight bytes each, big-endian; they and batch_id never change.
        CREATE TABLE delivery_batch (
            id INTEGER PRIMARY KEY, handler INTEGER NOT NULL, batch_id TEXT NOT NULL, members BLOB NOT NULL,
            made_at INTEGER NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, delivered_at INTEGER,
            last_error TEXT);
        CREATE INDEX open_batch ON delivery_batch (handler) WHERE delivered_at IS NULL;
        """

    private static let pull = """
        -- Events that a handler fetched, by their CloudEvents ids: what it may acknowledge. batch: its lease.
        CREATE TABLE pulled (
            handler INTEGER NOT NULL, uid TEXT NOT NULL, batch INTEGER NOT NULL, event INTEGER NOT NULL,
            PRIMARY KEY (handler, uid)) WITHOUT ROWID;
        """

    private static let retention = """
        -- A closed case of which only the identity is left.
        ALTER TABLE ticket ADD COLUMN pruned_at INTEGER;
        CREATE INDEX ticket_closed ON ticket (id) WHERE status = 'closed' AND pruned_at IS NULL;
        """

    private static let epochs = """
        -- When a producer's epochs were first heard of: a later one says that its store was restored, or sent again.
        CREATE TABLE producer_epoch (
            producer TEXT NOT NULL, epoch INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (producer, epoch))
            WITHOUT ROWID;
        """

    private static let pause = """
        -- A paused handler gets nothing; its queue is kept.
        ALTER TABLE handler ADD COLUMN paused_at INTEGER;
        ALTER TABLE handler ADD COLUMN paused_by TEXT;
        """

    /// What could not be admitted is tried again once its cause is mended, and told outward.
    private static let refusals = """
        ALTER TABLE refused ADD COLUMN sealed BLOB;
        ALTER TABLE refused ADD COLUMN created_at INTEGER;
        ALTER TABLE refused ADD COLUMN day INTEGER;
        ALTER TABLE refused ADD COLUMN settled_at INTEGER;
        CREATE INDEX refused_open ON refused (item_id) WHERE settled_at IS NULL;
        """

    private static let cases = """
        CREATE TABLE handler_event (
            handler INTEGER NOT NULL, event_id TEXT NOT NULL, ticket INTEGER NOT NULL, digest BLOB NOT NULL,
            status TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (handler, event_id)) WITHOUT ROWID;
        -- body: what crosses the boundary; the outbox refers to it by id.
        CREATE TABLE reply (
            id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, reply_id TEXT NOT NULL, handler INTEGER NOT NULL,
            event TEXT NOT NULL, state TEXT NOT NULL, offered_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
            answer TEXT, body BLOB NOT NULL);
        CREATE INDEX reply_of_ticket ON reply (ticket);
        """

    private static let admission = """
        -- A revision that came before the one it follows.
        CREATE TABLE waiting (
            ticket_id TEXT NOT NULL, revision INTEGER NOT NULL, item_id TEXT NOT NULL, kind TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            body BLOB NOT NULL, arrived_at INTEGER NOT NULL, PRIMARY KEY (ticket_id, revision));
        -- Revisions that will not come: the relay rejected them.
        CREATE TABLE skipped (
            ticket_id TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (ticket_id, revision)) WITHOUT ROWID;
        -- Released items that could not be admitted; kept whole.
        CREATE TABLE refused (
            id INTEGER PRIMARY KEY, item_id TEXT NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL,
            code TEXT NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL);
        -- What the external side counted, as it said it.
        CREATE TABLE tally (
            id INTEGER PRIMARY KEY, producer TEXT NOT NULL, item_id TEXT NOT NULL, at INTEGER NOT NULL,
            body BLOB NOT NULL);
        CREATE TABLE number_counter (
            day INTEGER NOT NULL, division TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (day, division))
            WITHOUT ROWID;
        CREATE TABLE counter (
            day INTEGER NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (day, name, subject)) WITHOUT ROWID;
        """
}
