/// The tables of files on their way inward.
enum AttachmentSchema {
    /// - `attachment.state`: `fetching` (its bytes are still at their source), `ready` (here; pieces up to `queued` are in
    ///   the outbox), `sent` (all are), `taken` (the inside has all), `rejected` (by the relay), `failed` (it will not come),
    ///   `unheard` (the same as far as anybody outside will know: it went over a one-way link), `erased`.
    /// - `attachment.wanted`: the digest that the source named.
    /// - `attachment_piece`: the bytes, once; the outbox refers to them. They go when the inside has them and nothing may be
    ///   sent again.
    static let sql = """
        CREATE TABLE attachment (
            id INTEGER PRIMARY KEY,
            attachment_id TEXT NOT NULL UNIQUE,
            ticket_id TEXT NOT NULL,
            external_id TEXT NOT NULL,
            channel TEXT NOT NULL,
            name TEXT NOT NULL,
            media_type TEXT,
            media_url TEXT,
            wanted TEXT,
            review INTEGER NOT NULL,
            size INTEGER,
            sha256 TEXT,
            pieces INTEGER NOT NULL DEFAULT 0,
            queued INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL,
            code TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER,
            retried_by TEXT,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX attachment_ticket ON attachment (ticket_id);
        CREATE INDEX attachment_fetching ON attachment (next_at) WHERE state = 'fetching';
        CREATE INDEX attachment_ready ON attachment (id) WHERE state = 'ready';
        CREATE INDEX attachment_open ON attachment (id) WHERE state IN ('ready', 'sent');
        CREATE INDEX outbox_attachment ON outbox (reference) WHERE kind = 'attachment';
        CREATE TABLE attachment_piece (
            id INTEGER PRIMARY KEY,
            attachment INTEGER NOT NULL REFERENCES attachment,
            number INTEGER NOT NULL,
            is_taken INTEGER NOT NULL DEFAULT 0,
            bytes BLOB NOT NULL,
            UNIQUE (attachment, number)
        ) STRICT;
        """
}
