internal import Foundation
internal import GRDB
internal import Logging
public import SluiceConfig
public import SluiceSDK
public import SluiceStore

/// Sends rejects through intake and journal again, with the configuration of now.
public struct RejectReplay: Sendable {
    /// What a channel has for it.
    struct Way: Sendable {
        var intake: Intake
        /// nil where the source is not told what becomes of records.
        var corrector: @Sendable () throws -> (any CorrectingTransport)?
    }

    private let store: Store
    private let clock: @Sendable () -> Timestamp
    private let way: @Sendable (String) throws -> Way

    /// - Parameter way: the channel's, as it is configured now.
    init(store: Store, clock: @escaping @Sendable () -> Timestamp, way: @escaping @Sendable (String) throws -> Way) {
        self.store = store
        self.clock = clock
        self.way = way
    }

    /// On the files of a stopped zone; the caller holds its lock.
    public init(
        settings: ExternalSettings, channels: [ChannelFile], lookups: [String: [String: String]],
        plugins: ExternalPlugins, store: Store
    ) {
        let files = Dictionary(channels.map { ($0.id, $0) }) { first, _ in first }
        let keys = ChannelKeys()
        self.init(store: store, clock: { .now() }) { id in
            guard let file = files[id] else { throw Self.noChannel(id) }
            let intake = try Intake(
                file, settings: settings, lookups: lookups, plugins: plugins,
                journal: Journal(store: store, channels: keys, forward: {}), crashes: nil, clock: { .now() })
            return Way(intake: intake) { try plugins.corrector(file, zone: settings.timeZone) }
        }
    }

    /// - Returns: what became of it. When it is not taken again it stays open, with the new reason beside the old one.
    public func replay(_ id: Int64, by person: String) async throws -> MessageOutcome {
        let (reject, message) = try await store.read { db in
            (try RejectDesk.requireOpen(id, in: db), try Self.message(of: id, in: db))
        }
        try RejectDesk.requireReadable(reject)
        let way = try way(reject.channelID)
        let outcome = try await way.intake.replay(reject, of: message, by: person)
        // What the inside refused was taken here, and its source knows it so.
        if outcome.accepted > 0, reject.fault.stage != .admit {
            let replayed = RawMessage(
                bytes: reject.currentBytes, contentType: message.contentType, origin: reject.origin)
            try await tell(way, replayed, outcome, of: reject.id, by: person)
        }
        return outcome
    }

    /// The case is closed, whatever comes of this: that the source could not be told is written down beside it.
    private func tell(
        _ way: Way, _ replayed: RawMessage, _ outcome: MessageOutcome, of reject: Int64, by person: String
    ) async throws {
        var reason: String?
        do {
            guard let source = try way.corrector(), try await Self.correct(source, replayed, outcome) else { return }
        } catch {
            reason = "\(error)"
        }
        let (now, kind) = (clock(), reason == nil ? RejectEvent.Kind.told : .untold)
        try await store.commit { [reason] db in
            try RejectEvent.append(kind, to: reject, by: person, at: now, reason: reason, in: db)
        }
    }

    private static func correct(
        _ source: any CorrectingTransport, _ replayed: RawMessage, _ outcome: MessageOutcome
    ) async throws -> Bool {
        do {
            try await source.connect()
            let isTold = try await source.correct(replayed, outcome)
            await source.close()
            return isTold
        } catch {
            await source.close()
            throw error
        }
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
