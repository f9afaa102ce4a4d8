internal import Foundation
internal import GRDB
public import SluiceSDK

/// A record, or a whole message, that was not taken.
public struct Reject: Sendable {
    public enum State: String, Sendable {
        /// Waits for a person.
        case open
        /// It went through the journal; its tickets are on their way.
        case replayed
        case discarded
    }

    public var id: Int64
    public var channelID: String
    /// File name or remote address.
    public var origin: String
    public var fault: RecordFault
    public var configVersion: String
    /// As they came; edits stand in `events`.
    public var bytes: [UInt8]
    /// Only the internal side can read the bytes.
    public var isSealed: Bool
    /// What the case is known by.
    var digest: [UInt8]
    public var rejectedAt: Timestamp
    /// What people did with it, oldest first.
    public var events: [RejectEvent]

    init(_ row: Row, events: [RejectEvent]) {
        id = row["id"]
        channelID = row["channel_name"]
        origin = row["origin"]
        fault = RecordFault(
            RecordFault.Stage(rawValue: row["stage"]) ?? .decode, row["code"], row["reason"], record: row["record"],
            field: row["field"], selector: row["selector"])
        configVersion = row["config_version"]
        bytes = [UInt8](row["bytes"] as Data)
        isSealed = row["is_sealed"]
        digest = [UInt8](row["record_digest"] as Data)
        rejectedAt = Timestamp(milliseconds: row["rejected_at"])
        self.events = events
    }

    public var state: State {
        if events.contains(where: { $0.kind == .replayed }) { return .replayed }
        return events.contains { $0.kind == .discarded } ? .discarded : .open
    }

    /// What a replay sends: the latest edit, or the bytes as they came.
    public var currentBytes: [UInt8] { events.last { $0.kind == .edited }?.bytes ?? bytes }
}

/// One thing that happened to a reject. Nothing of it is ever changed.
public struct RejectEvent: Sendable {
    public enum Kind: String, Sendable {
        case edited
        /// It became tickets.
        case replayed
        /// It was tried and not taken again.
        case rejected
        /// The source, which held it for rejected, was told that it was taken.
        case told
        /// The same could not be told, and why: there it still counts as rejected.
        case untold
        case discarded
    }

    public var kind: Kind
    public var at: Timestamp
    public var person: String
    /// The copy that a person edited.
    public var bytes: [UInt8]?
    public var ticketID: String?
    /// Why it was discarded, or not taken again.
    public var reason: String?

    init(_ row: Row) {
        kind = Kind(rawValue: row["kind"]) ?? .rejected
        at = Timestamp(milliseconds: row["at"])
        person = row["person"]
        bytes = (row["bytes"] as Data?).map { [UInt8]($0) }
        ticketID = row["ticket_id"]
        reason = row["reason"]
    }
}

extension RejectEvent {
    static func append(
        _ kind: Kind, to reject: Int64, by person: String, at: Timestamp, bytes: [UInt8]? = nil,
        ticketID: String? = nil, reason: String? = nil, in db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO reject_event (reject, kind, at, person, bytes, ticket_id, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [reject, kind.rawValue, at.milliseconds, person, bytes?.data, ticketID, reason])
    }

    static func all(of reject: Int64, in db: Database) throws -> [RejectEvent] {
        try Row.fetchAll(db, sql: "SELECT * FROM reject_event WHERE reject = ? ORDER BY id", arguments: [reject])
            .map(RejectEvent.init)
    }
}
