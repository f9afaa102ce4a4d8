internal import GRDB
internal import SluiceSDK
internal import SluiceStore
internal import Synchronization

/// What is known of one channel's health. Changes collect in memory and are written at most once a second: a flood of
/// refusals must not become a flood of writes.
final class ChannelStatus: Sendable {
    private struct Pending {
        var state: String?
        var detail: String?
        var lastMessage: Timestamp?
        var lastError: String?
        var lastErrorAt: Timestamp?
        var refused = 0
        /// What is said about the configuration; nil inside takes it back.
        var note: String??
        var isEmpty: Bool { note == nil && state == nil && lastMessage == nil && lastError == nil && refused == 0 }
    }

    let channelID: String
    private let clock: @Sendable () -> Timestamp
    private let pending = Mutex(Pending())

    init(channelID: String, clock: @escaping @Sendable () -> Timestamp) {
        self.channelID = channelID
        self.clock = clock
    }

    /// `running`, `connecting`, `stopped`, `disabled`, `misconfigured`.
    func enter(_ state: String, _ detail: String? = nil) {
        pending.withLock {
            $0.state = state
            $0.detail = detail
        }
    }

    /// Stands beside the state: a new version that was refused while the old one runs on.
    func note(_ text: String?) {
        pending.withLock { $0.note = .some(text) }
    }

    func received(_ outcome: MessageOutcome) {
        let now = clock()
        pending.withLock { pending in
            pending.lastMessage = now
            guard let fault = outcome.rejects.first else { return }
            pending.lastError = "\(outcome.rejected) rejected; first: \(fault)"
            pending.lastErrorAt = now
        }
    }

    func failed(_ reason: String) {
        let now = clock()
        pending.withLock {
            $0.lastError = reason
            $0.lastErrorAt = now
        }
    }

    func refused(_ refusal: PushRefusal) {
        let now = clock()
        pending.withLock {
            $0.refused += 1
            $0.lastError = "refused \(refusal.status) [\(refusal.code)] \(refusal.detail ?? refusal.reason)"
            $0.lastErrorAt = now
        }
    }

    /// Writes what has collected; nothing when there is nothing.
    func flush(to store: Store, day: String) async throws {
        let collected = pending.withLock { pending in
            defer { pending = Pending() }
            return pending
        }
        if collected.isEmpty { return }
        let (channelID, now) = (channelID, clock())
        try await store.commit { db in
            try Self.write(collected, channelID: channelID, now: now, in: db)
            if collected.refused > 0 {
                try ExternalLedger.add(collected.refused, to: "refused", channel: channelID, day: day, in: db)
            }
        }
    }

    private static func write(_ pending: Pending, channelID: String, now: Timestamp, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO channel_status (channel, state, since) VALUES (?, 'unknown', ?) ON CONFLICT DO NOTHING",
            arguments: [channelID, now.milliseconds])
        if let state = pending.state {
            try db.execute(
                sql: """
                    UPDATE channel_status SET since = CASE WHEN state = ? THEN since ELSE ? END, state = ?, detail = ?
                    WHERE channel = ?
                    """, arguments: [state, now.milliseconds, state, pending.detail, channelID])
        }
        if let note = pending.note {
            try db.execute(
                sql: "UPDATE channel_status SET config_note = ? WHERE channel = ?", arguments: [note, channelID])
        }
        try db.execute(
            sql: """
                UPDATE channel_status SET last_message_at = coalesce(?, last_message_at),
                    last_error = coalesce(?, last_error), last_error_at = coalesce(?, last_error_at)
                WHERE channel = ?
                """,
            arguments: [
                pending.lastMessage?.milliseconds, pending.lastError, pending.lastErrorAt?.milliseconds, channelID,
            ])
    }
}
