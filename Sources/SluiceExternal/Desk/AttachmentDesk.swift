internal import GRDB
public import SluiceSDK
public import SluiceStore

/// Files of tickets, as far as the external side knows what became of them.
public struct AttachmentDesk: Sendable {
    private let store: Store
    private let clock: @Sendable () -> Timestamp

    public init(store: Store, clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.store = store
        self.clock = clock
    }

    /// The newest first.
    /// - Parameter all: those that have arrived or were erased too.
    public func list(channel: String? = nil, all: Bool = false, limit: Int = 100) throws -> [KnownAttachment] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT attachment_id, ticket_id, channel, name, size, state, code, attempts, changed_at FROM attachment
                    WHERE (?1 IS NULL OR channel = ?1) AND (?2 OR state NOT IN ('taken', 'unheard', 'erased'))
                    ORDER BY id DESC LIMIT ?3
                    """, arguments: [channel, all, limit]
            ).map {
                KnownAttachment(
                    attachmentID: $0[0], ticketID: $0[1], channelID: $0[2], name: $0[3], size: $0[4], state: $0[5],
                    code: $0[6], attempts: $0[7], changedAt: Timestamp(milliseconds: $0[8]))
            }
        }
    }

    /// Has a file that could not be fetched tried again, as often as the channel says.
    /// - Throws: `DeskError` `attachment.unknown`, `attachment.not-failed`.
    public func retry(_ attachmentID: String, by person: String) async throws {
        let now = clock()
        try await store.commit { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT state, code, media_url IS NULL FROM attachment WHERE attachment_id = ?",
                arguments: [attachmentID])
            guard let row else { throw DeskError("attachment.unknown", "there is no file \(attachmentID)") }
            let code: String = row[1] ?? ""
            guard row[0] == "failed", code.hasPrefix("fetch."), !(row[2] as Bool) else {
                throw DeskError(
                    "attachment.not-failed",
                    "file \(attachmentID) is \(row[0] as String)\(code.isEmpty ? "" : " (\(code))"); only what could not be "
                        + "fetched is fetched again")
            }
            try db.execute(
                sql: """
                    UPDATE attachment SET state = 'fetching', attempts = 0, next_at = ?1, changed_at = ?1, retried_by = ?2
                    WHERE attachment_id = ?3
                    """, arguments: [now.milliseconds, person, attachmentID])
        }
    }
}

/// A file of a ticket on the external side.
public struct KnownAttachment: Sendable, Equatable {
    public var attachmentID: String
    public var ticketID: String
    public var channelID: String
    /// What the sender calls it.
    public var name: String
    public var size: Int?
    /// `fetching`, `ready`, `sent`, `taken`, `rejected`, `failed`, `unheard`, `erased`.
    public var state: String
    public var code: String?
    public var attempts: Int
    public var changedAt: Timestamp
}
