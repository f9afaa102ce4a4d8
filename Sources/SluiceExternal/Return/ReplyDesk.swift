internal import GRDB
internal import SluiceSDK
public import SluiceStore

/// Replies on their way to a source, and those that ended.
public struct ReplyDesk: Sendable {
    private let store: Store

    public init(store: Store) {
        self.store = store
    }

    /// Replies by channel and state.
    public func counts() throws -> [(channelID: String, state: String, count: Int)] {
        try store.read { db in
            try Row.fetchAll(db, sql: "SELECT channel, state, count(*) AS n FROM reply GROUP BY 1, 2 ORDER BY 1, 2").map
            {
                ($0["channel"], $0["state"], $0["n"])
            }
        }
    }

    /// What has not been acknowledged: waiting, failed, unknown.
    public func open(limit: Int = 100) throws -> [OpenReply] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM reply WHERE state NOT IN ('acknowledged', 'not_wanted') ORDER BY id LIMIT ?
                    """, arguments: [limit]
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
