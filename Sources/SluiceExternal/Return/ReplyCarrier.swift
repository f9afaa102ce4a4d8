internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK
internal import SluiceStore

/// Sends one channel's replies to its source, oldest first, one at a time for each ticket.
struct ReplyCarrier: Sendable {
    let channelID: String
    let sender: any ReplySender
    let policy: ReplyPolicy
    let store: Store
    let zone: Zone
    let status: ChannelStatus
    let bell: ReplyBells
    let forward: @Sendable () -> Void
    let clock: @Sendable () -> Timestamp
    let logger: Logger

    /// Replies sent to one source at the same time.
    private static let width = 8
    private static let storeBackoff = Backoff(first: .milliseconds(250), most: .seconds(5))

    /// Until its task is cancelled. When the store fails (a full disk), the carrier waits and begins again.
    func run() async throws {
        while !Task.isCancelled {
            do {
                try await settleUnknowns()
                try await sendAll()
            } catch {
                if Task.isCancelled { return }
                logger.error(
                    "replies cannot be read or written; trying again",
                    metadata: ["channel": "\(channelID)", "error": "\(error)"])
                status.failed("replies: \(error)")
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func sendAll() async throws {
        while !Task.isCancelled {
            let due = try await due()
            if due.isEmpty {
                await bell.signal(channelID).wait(upTo: .milliseconds(500))
                continue
            }
            // One that fails does not break off the others, which the source may be answering.
            try await withThrowingTaskGroup(of: Result<Void, any Error>.self) { group in
                for reply in due {
                    group.addTask {
                        do { return .success(try await carryOut(reply)) } catch { return .failure(error) }
                    }
                }
                let ends = try await group.reduce(into: []) { $0.append($1) }
                for end in ends { try end.get() }
            }
        }
    }

    /// The oldest due replies, at most one of each ticket: a ticket's earlier reply is always settled first.
    private func due() async throws -> [WaitingReply] {
        let (now, channelID) = (clock(), channelID)
        return try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM reply WHERE channel = ? AND state IN ('waiting', 'sending')
                    AND (next_at <= ? OR next_at > ?)
                    AND NOT EXISTS (
                        SELECT 1 FROM reply AS earlier INDEXED BY reply_ticket
                        WHERE earlier.ticket_id = reply.ticket_id AND earlier.id < reply.id
                        AND earlier.state IN ('waiting', 'sending'))
                    ORDER BY next_at, id LIMIT ?
                    """,
                arguments: [
                    channelID, now.milliseconds, DueTime.horizon(now).milliseconds, Self.width,
                ]
            ).map { try WaitingReply($0, in: db) }
        }
    }

    // MARK: - Steps of carryOut

    /// Only where a person wants to decide after a crash is the attempt itself made durable first.
    func markBeforeSending(_ waiting: WaitingReply) async throws {
        guard policy.onUnknown == .ask else { return }
        let key = waiting.key
        try await store.commit { db in
            try db.execute(sql: "UPDATE reply SET state = 'sending' WHERE id = ?", arguments: [key])
        }
    }

    func settle(_ waiting: WaitingReply, _ result: ReplyResult) async throws {
        let now = clock()
        let (channelID, day) = (channelID, now.day(in: zone))
        try await record { db in
            try db.cachedStatement(
                sql: """
                    UPDATE reply SET state = ?, attempts = attempts + 1, settled_at = ?, answer_status = ?,
                        answer_excerpt = ?, last_error = ? WHERE id = ?
                    """
            ).execute(arguments: [
                result.state.rawValue, now.milliseconds, result.status, result.excerpt, result.error, waiting.key,
            ])
            try ExternalLedger.add(1, to: "replies \(result.state.rawValue)", channel: channelID, day: day, in: db)
            try ReplyNotice.append(
                waiting.reply.id, ticketID: waiting.reply.ticketID, channelID: channelID, result, at: now, in: db)
        }
        Failpoint.replySettled.reached()
        forward()
    }

    func postponeOrFail(_ waiting: WaitingReply, after error: PluginError) async throws {
        status.failed("reply \(waiting.reply.id): \(error)")
        let attempt = waiting.attempts + 1
        switch error.remedy {
        case .rejected, .misconfigured: return try await settle(waiting, .failed(error.description))
        case .notConnected, .retry:
            guard attempt < policy.attempts else { return try await settle(waiting, .failed(error.description)) }
        }
        var pause = policy.backoff.pause(attempt: attempt)
        if case .retry(let after) = error.remedy { pause = max(pause, after) }
        let next = clock().adding(DueTime.limited(pause))
        let (key, reason) = (waiting.key, error.description)
        try await record { db in
            try db.execute(
                sql: "UPDATE reply SET state = 'waiting', attempts = ?, next_at = ?, last_error = ? WHERE id = ?",
                arguments: [attempt, next.milliseconds, reason, key])
        }
        Failpoint.replyPostponed.reached()
    }

    /// Keeps what came of an attempt, as soon as the store takes it: to begin again would tell the source once more.
    private func record(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        var failures = 0
        while true {
            do {
                return try await store.commit(body)
            } catch {
                failures += 1
                if failures == 1 {
                    logger.error(
                        "reply not recorded; trying again",
                        metadata: ["channel": "\(channelID)", "error": "\(error)"])
                    status.failed("replies: \(error)")
                }
                try await Task.sleep(for: Self.storeBackoff.pause(attempt: failures))
            }
        }
    }

    /// After a crash in the middle of sending, `on_unknown: ask` leaves the reply for a person.
    private func settleUnknowns() async throws {
        let channelID = channelID
        let state = policy.onUnknown == .ask ? "unknown" : "waiting"
        try await store.commit { db in
            try db.execute(
                sql: "UPDATE reply SET state = ? WHERE channel = ? AND state = 'sending'",
                arguments: [state, channelID])
        }
    }
}
