public import GRDB
internal import SluiceSDK

/// A zone's erasures: what was ordered, and when it was done. The audit; it holds no personal data.
public enum ErasureBook {
    /// For a `StoreMigration` of the zone.
    public static let sql = """
        CREATE TABLE erasure (
            id INTEGER PRIMARY KEY,
            erasure_id TEXT NOT NULL,
            ticket_id TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            external_id TEXT NOT NULL,
            extent TEXT NOT NULL,
            items TEXT NOT NULL,
            ordered_at INTEGER NOT NULL,
            -- Known in the zone where it was ordered.
            person TEXT,
            reason TEXT,
            rows INTEGER NOT NULL DEFAULT 0,
            finished_at INTEGER,
            UNIQUE (erasure_id, ticket_id)
        ) STRICT;
        CREATE INDEX erasure_open ON erasure (id) WHERE finished_at IS NULL;
        """

    /// Writes an order down; one that is known already changes nothing.
    public static func add(
        _ order: ErasureBody, person: String? = nil, reason: String? = nil, in db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO erasure (erasure_id, ticket_id, channel_id, external_id, extent, items, ordered_at, person, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                order.erasureID, order.ticketID, order.channelID, order.externalID, order.extent.rawValue,
                order.carriersText, order.orderedAt.milliseconds, person, reason,
            ])
    }

    static func open(in db: Database) throws -> [(key: Int64, order: ErasureBody)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, erasure_id, ticket_id, channel_id, external_id, extent, items, ordered_at FROM erasure
                WHERE finished_at IS NULL ORDER BY id LIMIT 100
                """)
        return try rows.map { row in
            (
                row[0],
                ErasureBody(
                    erasureID: row[1], ticketID: row[2], channelID: row[3], externalID: row[4],
                    extent: ErasureExtent(rawValue: row[5]) ?? .personal, carriers: try ErasureBody.carriers(row[6]),
                    orderedAt: Timestamp(milliseconds: row[7]))
            )
        }
    }

    static func countOpen(in db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM erasure WHERE finished_at IS NULL") ?? 0
    }

    static func note(_ key: Int64, rows: Int, finishedAt: Timestamp?, in db: Database) throws {
        try db.execute(
            sql: "UPDATE erasure SET rows = rows + ?, finished_at = ? WHERE id = ?",
            arguments: [rows, finishedAt?.milliseconds, key])
    }
}
