internal import Foundation
internal import GRDB
public import SluiceSDK
public import SluiceStore

/// What did not decode or map, with its raw bytes, and what people decide about it. A replay is `RejectReplay`.
public struct RejectDesk: Sendable {
    private let store: Store
    private let clock: @Sendable () -> Timestamp

    public init(store: Store, clock: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.store = store
        self.clock = clock
    }

    /// The newest first.
    /// - Parameter closed: those that were replayed or discarded too.
    public func list(channel: String? = nil, closed: Bool = false, limit: Int = 100) throws -> [Reject] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: Self.selection + """
                     WHERE (?1 IS NULL OR channel.name = ?1) AND (?2 OR NOT EXISTS (
                        SELECT 1 FROM reject_event AS event WHERE event.reject = reject.id
                        AND event.kind IN ('replayed', 'discarded')))
                    ORDER BY reject.id DESC LIMIT ?3
                    """, arguments: [channel, closed, limit]
            ).map { Reject($0, events: try RejectEvent.all(of: $0["id"], in: db)) }
        }
    }

    public func show(_ id: Int64) throws -> Reject? {
        try store.read { try Self.find(id, in: $0) }
    }

    /// Keeps an edited copy; the next replay sends it. The bytes that came stay as they are.
    public func edit(_ id: Int64, to bytes: [UInt8], by person: String) async throws {
        let now = clock()
        try await store.commit { db in
            try Self.requireReadable(try Self.requireOpen(id, in: db))
            try RejectEvent.append(.edited, to: id, by: person, at: now, bytes: bytes, in: db)
        }
    }

    /// Closes a reject for good; its bytes and the reason stay.
    public func discard(_ id: Int64, by person: String, reason: String) async throws {
        let now = clock()
        try await store.commit { db in
            try Self.requireOpen(id, in: db)
            try RejectEvent.append(.discarded, to: id, by: person, at: now, reason: reason, in: db)
        }
    }

    /// Digests of the messages that killed the process and that nobody has replayed since.
    static func crashes(in store: Store) throws -> Set<[UInt8]> {
        try store.read { db in
            let digests = try Data.fetchAll(
                db,
                sql: """
                    SELECT record_digest FROM reject WHERE code = 'crash' AND NOT EXISTS (
                        SELECT 1 FROM reject_event AS event WHERE event.reject = reject.id AND event.kind = 'replayed')
                    """)
            return Set(digests.map { [UInt8]($0) })
        }
    }

    /// What cannot be read here can neither be mended nor mapped again here.
    static func requireReadable(_ reject: Reject) throws {
        guard reject.isSealed else { return }
        throw DeskError(
            "reject.sealed",
            "reject \(reject.id) is of a confidential channel and can be read on the internal side alone: mend the "
                + "mapping and have the source send it again")
    }

    @discardableResult
    static func requireOpen(_ id: Int64, in db: Database) throws -> Reject {
        guard let reject = try find(id, in: db) else { throw DeskError("reject.unknown", "there is no reject \(id)") }
        guard reject.state == .open else {
            throw DeskError(
                "reject.closed", "reject \(id) was \(reject.state.rawValue) already; `sluice rejects show \(id)`")
        }
        return reject
    }

    private static func find(_ id: Int64, in db: Database) throws -> Reject? {
        try Row.fetchOne(db, sql: selection + " WHERE reject.id = ?", arguments: [id])
            .map { Reject($0, events: try RejectEvent.all(of: id, in: db)) }
    }

    private static let selection = """
        SELECT reject.*, channel.name AS channel_name, message.origin AS origin
        FROM reject JOIN channel ON channel.id = reject.channel JOIN message ON message.id = reject.message
        """
}
