/// The tables of the index of tickets, and the end of the one that stood before it.
enum TicketIndexSchema {
    /// SQLite drops no UNIQUE: the table is made again without it. Keys are put into runs when the zone starts.
    static let sql = """
        -- day: of received_at in the gateway's zone, 20260105. latest: revision.id. pruned_at: of a closed case of which
        -- only the identity is left. One ticket for each ticket_id: the index of tickets says so.
        CREATE TABLE ticket_made_anew (
            id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL, number TEXT NOT NULL, channel INTEGER NOT NULL,
            external_id TEXT NOT NULL, day INTEGER NOT NULL, admitted_at INTEGER NOT NULL, revision INTEGER NOT NULL,
            latest INTEGER NOT NULL, status TEXT NOT NULL, owner INTEGER NOT NULL, withdrawn_at INTEGER,
            pruned_at INTEGER);
        INSERT INTO ticket_made_anew (id, ticket_id, number, channel, external_id, day, admitted_at, revision, latest,
                status, owner, withdrawn_at, pruned_at)
            SELECT id, ticket_id, number, channel, external_id, day, admitted_at, revision, latest, status, owner,
                withdrawn_at, pruned_at FROM ticket ORDER BY id;
        DROP TABLE ticket;
        ALTER TABLE ticket_made_anew RENAME TO ticket;
        CREATE INDEX ticket_closed ON ticket (id) WHERE status = 'closed' AND pruned_at IS NULL;
        -- key: 64 bits of the ticket's id. Appended run by run, each in its order.
        CREATE TABLE ticket_key (
            run INTEGER NOT NULL, key INTEGER NOT NULL, ticket INTEGER NOT NULL, PRIMARY KEY (run, key, ticket))
            WITHOUT ROWID;
        -- A run holds the keys of the tickets from first to last; the next one begins behind it.
        CREATE TABLE ticket_run (
            id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, filter BLOB NOT NULL);
        """
}
