internal import GRDB
public import SluiceSDK
public import SluiceStore

/// What a person did with a channel. Append-only.
public struct ChannelAct: Sendable {
    public enum Kind: String, Sendable {
        case paused, resumed, backfilled
    }

    public var kind: Kind
    public var at: Timestamp
    public var person: String
    public var detail: String?

    /// The latest first.
    public static func all(of channel: String, limit: Int = 20, in store: Store) throws -> [ChannelAct] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT kind, at, person, detail FROM channel_act WHERE channel = ? ORDER BY id DESC LIMIT ?",
                arguments: [channel, limit]
            ).compactMap { row in
                Kind(rawValue: row[0]).map {
                    ChannelAct(kind: $0, at: Timestamp(milliseconds: row[1]), person: row[2], detail: row[3])
                }
            }
        }
    }

    static func append(
        _ kind: Kind, to channel: String, by person: String, at: Timestamp, detail: String? = nil, in db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO channel_act (channel, kind, at, person, detail) VALUES (?, ?, ?, ?, ?)",
            arguments: [channel, kind.rawValue, at.milliseconds, person, detail])
    }
}
