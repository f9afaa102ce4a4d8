internal import GRDB

/// What is ill in a zone, durably: one row from the moment it began to the moment it ended.
public struct AlertBook: Sendable {
    /// For a `StoreMigration` of the zone.
    public static let sql = """
        CREATE TABLE alert (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            reason TEXT NOT NULL,
            raised_at INTEGER NOT NULL,
            cleared_at INTEGER,
            -- 0: nobody told, 1: told that it began, 2: told that it ended.
            told INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE UNIQUE INDEX alert_open ON alert (kind, subject) WHERE cleared_at IS NULL;
        CREATE INDEX alert_untold ON alert (told) WHERE told < 2;
        """

    private let store: Store

    public init(store: Store) {
        self.store = store
    }

    /// Opens what is new among `conditions` and closes what is no longer there.
    /// - Parameter now: milliseconds since 1970.
    /// - Returns: the transitions, in the order in which they were written.
    public func observe(_ conditions: [AlertCondition], now: Int64) async throws -> [Alert] {
        try await store.commit { db in
            let open = try Row.fetchAll(db, sql: "SELECT * FROM alert WHERE cleared_at IS NULL").map(Alert.init)
            var changed: [Alert] = []
            for alert in open
            where !conditions.contains(where: { $0.kind == alert.kind && $0.subject == alert.subject }) {
                try db.execute(sql: "UPDATE alert SET cleared_at = ? WHERE id = ?", arguments: [now, alert.id])
                changed.append(try find(alert.id, db))
            }
            for condition in conditions
            where !open.contains(where: { $0.kind == condition.kind && $0.subject == condition.subject }) {
                try db.execute(
                    sql: "INSERT INTO alert (kind, subject, reason, raised_at) VALUES (?, ?, ?, ?)",
                    arguments: [condition.kind, condition.subject, condition.reason, now])
                changed.append(try find(db.lastInsertedRowID, db))
            }
            return changed
        }
    }

    /// Transitions that a webhook has not heard of yet, oldest first.
    public func untold(limit: Int = 50) async throws -> [Alert] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM alert WHERE told = 0 OR (told = 1 AND cleared_at IS NOT NULL) ORDER BY id LIMIT ?
                    """, arguments: [limit]
            ).map(Alert.init)
        }
    }

    /// The webhook has taken what `alert` says.
    public func markTold(_ alert: Alert) async throws {
        let told = alert.clearedAt == nil ? 1 : 2
        try await store.commit { db in
            try db.execute(sql: "UPDATE alert SET told = ? WHERE id = ?", arguments: [told, alert.id])
        }
    }

    private func find(_ id: Int64, _ db: Database) throws -> Alert {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM alert WHERE id = ?", arguments: [id]) else {
            throw DatabaseError(resultCode: .SQLITE_NOTFOUND)
        }
        return Alert(row)
    }
}

/// Something that is ill now.
public struct AlertCondition: Sendable, Equatable {
    /// A stable label: `channel.ill`, `channel.silent`, `stream.stopped`, `stream.failing`, `handler.failing`.
    public var kind: String
    /// Which channel, stream or handler.
    public var subject: String
    /// For people; no personal data.
    public var reason: String

    public init(_ kind: String, _ subject: String, _ reason: String) {
        self.kind = kind
        self.subject = subject
        self.reason = reason
    }
}

/// An alert that began, and perhaps ended. Times are milliseconds since 1970.
public struct Alert: Sendable, Equatable {
    public var id: Int64
    public var kind: String
    public var subject: String
    public var reason: String
    public var raisedAt: Int64
    public var clearedAt: Int64?

    init(_ row: Row) {
        id = row["id"]
        kind = row["kind"]
        subject = row["subject"]
        reason = row["reason"]
        raisedAt = row["raised_at"]
        clearedAt = row["cleared_at"]
    }
}
