internal import GRDB
internal import SluiceConfig
public import SluiceSDK
public import SluiceStore

/// One channel as `sluice channels` shows it.
public struct ChannelReport: Sendable {
    public var channelID: String
    public var state: String
    public var detail: String?
    /// A new version of its file that was refused; the state is that of the version that runs.
    public var note: String?
    public var since: Timestamp?
    public var lastMessageAt: Timestamp?
    public var lastError: String?
    public var lastErrorAt: Timestamp?
    /// Of the version that was last good.
    public var lastGood: (name: String?, source: String?)
    /// Over all days: messages, new, revised, absorbed, rejected, refused.
    public var counts: [String: Int]

    /// Asynchronous: it is asked for while the zone works, and must not hold one of the threads that the work needs.
    public static func all(in store: Store) async throws -> [ChannelReport] {
        try await store.read { db in
            var counts: [String: [String: Int]] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT channel, entry, sum(count) AS n FROM ledger GROUP BY 1, 2") {
                counts[row["channel"], default: [:]][row["entry"]] = row["n"]
            }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT channel_status.*, channel.good FROM channel_status
                    LEFT JOIN channel ON channel.name = channel_status.channel ORDER BY channel_status.channel
                    """
            ).map { row in
                ChannelReport(row, counts: counts[row["channel"]] ?? [:])
            }
        }
    }

    private init(_ row: Row, counts: [String: Int]) {
        func time(_ column: String) -> Timestamp? { (row[column] as Int64?).map { Timestamp(milliseconds: $0) } }
        channelID = row["channel"]
        state = row["state"]
        detail = row["detail"]
        note = row["config_note"]
        since = time("since")
        lastMessageAt = time("last_message_at")
        lastError = row["last_error"]
        lastErrorAt = time("last_error_at")
        lastGood =
            (row["good"] as String?).flatMap { GoodChannel(id: row["channel"], stored: $0)?.identity } ?? (nil, nil)
        self.counts = counts
    }
}
