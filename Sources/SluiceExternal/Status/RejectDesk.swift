internal import Foundation
internal import GRDB
public import SluiceSDK
public import SluiceStore

/// What did not decode or map, with its raw bytes.
public struct RejectDesk: Sendable {
    private let store: Store

    public init(store: Store) {
        self.store = store
    }

    public func list(channel: String? = nil, limit: Int = 100) throws -> [Reject] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT reject.*, channel.name AS channel_name, message.origin AS origin
                    FROM reject JOIN channel ON channel.id = reject.channel JOIN message ON message.id = reject.message
                    WHERE ? IS NULL OR channel.name = ? ORDER BY reject.id DESC LIMIT ?
                    """, arguments: [channel, channel, limit]
            ).map(Reject.init)
        }
    }

    public func show(_ id: Int64) throws -> Reject? {
        try store.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT reject.*, channel.name AS channel_name, message.origin AS origin
                    FROM reject JOIN channel ON channel.id = reject.channel JOIN message ON message.id = reject.message
                    WHERE reject.id = ?
                    """, arguments: [id]
            ).map(Reject.init)
        }
    }
}

public struct Reject: Sendable {
    public var id: Int64
    public var channelID: String
    /// File name or remote address.
    public var origin: String
    public var fault: RecordFault
    public var configVersion: String
    public var bytes: [UInt8]
    public var rejectedAt: Timestamp

    init(_ row: Row) {
        id = row["id"]
        channelID = row["channel_name"]
        origin = row["origin"]
        fault = RecordFault(
            RecordFault.Stage(rawValue: row["stage"]) ?? .decode, row["code"], row["reason"], record: row["record"],
            field: row["field"], selector: row["selector"])
        configVersion = row["config_version"]
        bytes = [UInt8](row["bytes"] as Data)
        rejectedAt = Timestamp(milliseconds: row["rejected_at"])
    }
}
