internal import Foundation
internal import GRDB
internal import Logging
public import SluiceConfig
public import SluiceSDK
public import SluiceStore

/// Sends rejects through intake and journal again, with the configuration of now.
public struct RejectReplay: Sendable {
    private let store: Store
    private let intake: @Sendable (String) throws -> Intake

    /// - Parameter intake: the channel's, as it is configured now.
    init(store: Store, intake: @escaping @Sendable (String) throws -> Intake) {
        self.store = store
        self.intake = intake
    }

    /// On the files of a stopped zone; the caller holds its lock.
    public init(
        settings: ExternalSettings, channels: [ChannelFile], lookups: [String: [String: String]],
        plugins: ExternalPlugins, store: Store
    ) {
        let files = Dictionary(channels.map { ($0.id, $0) }) { first, _ in first }
        let keys = ChannelKeys()
        self.init(store: store) { id in
            guard let file = files[id] else { throw Self.noChannel(id) }
            return try Intake(
                file, settings: settings, lookups: lookups, plugins: plugins,
                journal: Journal(store: store, channels: keys, forward: {}), crashes: nil, clock: { .now() })
        }
    }

    /// - Returns: what became of it. When it is not taken again it stays open, with the new reason beside the old one.
    public func replay(_ id: Int64, by person: String) async throws -> MessageOutcome {
        let (reject, message) = try await store.read { db in
            (try RejectDesk.requireOpen(id, in: db), try Self.message(of: id, in: db))
        }
        try RejectDesk.requireReadable(reject)
        let intake = try intake(reject.channelID)
        return try await intake.replay(reject, of: message, by: person)
    }

    static func noChannel(_ id: String) -> DeskError {
        DeskError("reject.no-channel", "the channel '\(id)' does not run; mend or enable its configuration first")
    }

    private static func message(of reject: Int64, in db: Database) throws -> RawMessage {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT unpacked(bytes), content_type, origin FROM message
                WHERE id = (SELECT message FROM reject WHERE id = ?)
                """, arguments: [reject])
        guard let row else { return RawMessage(bytes: []) }
        return RawMessage(bytes: [UInt8](row[0] as Data), contentType: row[1], origin: row[2])
    }
}
