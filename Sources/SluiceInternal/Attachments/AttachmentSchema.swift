/// The tables of files that came with tickets. Their bytes stand in a table of their own, which no ticket's way touches:
/// in the store and not beside it, so that a backup has them, a restore and an erasure find them, and `store check` reads
/// them.
enum AttachmentSchema {
    /// - `attachment.state`: `arriving` (pieces are missing, or it was not looked at yet), `available`, `failed` (outside),
    ///   `rejected` (by the relay), `damaged` (what came together is not the file), `erased`.
    /// - `attachment.type`: by content; what it is served as.
    /// - `attachment.is_told`: its end stands on the ticket's timeline; false too while the ticket has not come.
    static let sql = """
        CREATE TABLE attachment (
            id INTEGER PRIMARY KEY, attachment_id TEXT NOT NULL UNIQUE, ticket_id TEXT NOT NULL, channel TEXT NOT NULL,
            name TEXT NOT NULL, media_type TEXT, media_url TEXT, size INTEGER, sha256 TEXT,
            pieces INTEGER NOT NULL DEFAULT 0, type TEXT, state TEXT NOT NULL, code TEXT, began_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL, is_told INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX attachment_of_ticket ON attachment (ticket_id);
        CREATE INDEX attachment_arriving ON attachment (id) WHERE state = 'arriving';
        CREATE INDEX attachment_untold ON attachment (id) WHERE is_told = 0;
        CREATE TABLE attachment_piece (
            id INTEGER PRIMARY KEY, attachment INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL,
            UNIQUE (attachment, number));
        """
}
