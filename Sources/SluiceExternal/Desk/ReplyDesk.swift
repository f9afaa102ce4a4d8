internal import GRDB
public import SluiceSDK
public import SluiceStore

/// Replies on their way to a source, and those that ended.
public struct ReplyDesk: Sendable {
    private let store: Store
    private let clock: @Sendable () -> Timestamp

    public init(store: Store, clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.store = store
        self.clock = clock
    }

    /// Puts a reply that failed, or of which nobody knows whether it arrived, back to waiting, under its old id.
    /// - Returns: the channel that will send it.
    @discardableResult
    public func resend(_ replyID: String, by person: String, zone: Zone) async throws -> String {
        let now = clock()
        return try await store.commit { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT id, channel, state FROM reply WHERE reply_id = ?", arguments: [replyID])
            guard let row else { throw DeskError("reply.unknown", "there is no reply \(replyID)") }
            let (key, channel, state): (Int64, String, String) = (row[0], row[1], row[2])
            guard state == "failed" || state == "unknown" else {
                throw DeskError("reply.not-failed", "reply \(replyID) is \(state); only what failed is sent again")
            }
            try db.execute(
                sql: "UPDATE reply SET state = 'waiting', attempts = 0, next_at = ?, settled_at = NULL WHERE id = ?",
                arguments: [now.milliseconds, key])
            try db.execute(
                sql: "INSERT INTO reply_event (reply, kind, at, person) VALUES (?, 'resent', ?, ?)",
                arguments: [key, now.milliseconds, person])
            try ExternalLedger.add(1, to: "replies resent", channel: channel, day: now.day(in: zone), in: db)
            return channel
        }
    }

    /// Replies by channel and state.
    public func counts() async throws -> [(channelID: String, state: String, count: Int)] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT channel, state, count(*) AS n FROM reply GROUP BY 1, 2 ORDER BY 1, 2").map
            {
                ($0["channel"], $0["state"], $0["n"])
            }
        }
    }

    /// What has not been acknowledged: waiting, failed, unknown.
    public func open(channel: String? = nil, limit: Int = 100) throws -> [OpenReply] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM reply WHERE state NOT IN ('acknowledged', 'not_wanted')
                    AND (?1 IS NULL OR channel = ?1) ORDER BY id LIMIT ?2
                    """, arguments: [channel, limit]
            ).map { row in
                OpenReply(
                    replyID: row["reply_id"], ticketID: row["ticket_id"], channelID: row["channel"],
                    event: row["event"],
                    state: row["state"], attempts: row["attempts"], lastError: row["last_error"])
            }
        }
    }
}

public struct OpenReply: Sendable {
    public var replyID: String
    public var ticketID: String
    public var channelID: String
    public var event: String
    public var state: String
    public var attempts: Int
    public var lastError: String?
}
