internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Puts pieces of files into the outbox, a few at a time: a ticket that comes meanwhile waits behind those few and not
/// behind the whole file.
struct AttachmentForwarder: Sendable {
    let store: Store
    /// Set when files have come, or may go on.
    let signal: Signal
    let forward: @Sendable () -> Void
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    /// Nobody acknowledges anything: what is written is out of the way.
    var isOneWay = false

    /// Pieces that the relay has not acknowledged: 4 MiB, one batch.
    static let window = 16

    /// Until its task is cancelled.
    func run() async throws {
        while true {
            var isWaiting = false
            do {
                let step = try await step()
                isWaiting = step.isWaiting
                if step.queued > 0 {
                    Failpoint.attachmentQueued.reached()
                    forward()
                }
            } catch {
                if Task.isCancelled { throw error }
                logger.error("files could not be sent on", metadata: ["error": "\(error)"])
            }
            await signal.wait(upTo: isWaiting ? .milliseconds(100) : .seconds(5))
            try Task.checkCancellation()
        }
    }

    struct Step: Sendable, Equatable {
        var queued = 0
        /// There are pieces that have to wait for the relay.
        var isWaiting = false
    }

    func step() async throws -> Step {
        let isAny = try await store.read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM attachment WHERE state = 'ready')")
        }
        guard isAny == true else { return Step() }
        let now = clock()
        return try await store.commit { [isOneWay] in
            try Self.queue(behind: isOneWay ? "cursor" : "settled", at: now, in: $0)
        }
    }

    /// - Parameter end: the column of `outlet` that says which pieces are out of the way.
    private static func queue(behind end: String, at now: Timestamp, in db: Database) throws -> Step {
        let onTheWay =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM outbox WHERE stream = ?1 AND kind = 'attachment'
                    AND id > (SELECT \(end) FROM outlet WHERE stream = ?1)
                    """, arguments: [BoundaryStream.externalToRelay.name]) ?? 0
        var room = max(0, window - onTheWay)
        var step = Step()
        let files = try Row.fetchAll(
            db,
            sql: """
                SELECT id, attachment_id, channel, review, queued, pieces FROM attachment WHERE state = 'ready'
                ORDER BY id LIMIT \(window + 1)
                """)
        for file in files {
            guard room > 0 else { break }
            let count = try queue(file, atMost: room, at: now, in: db)
            room -= count
            step.queued += count
        }
        step.isWaiting =
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM attachment WHERE state = 'ready')") ?? false
        return step
    }

    private static func queue(_ file: Row, atMost room: Int, at now: Timestamp, in db: Database) throws -> Int {
        let (id, queued, pieces): (Int64, Int, Int) = (file[0], file[4], file[5])
        let last = min(queued + room, pieces)
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, number FROM attachment_piece WHERE attachment = ? AND number > ? AND number <= ?",
            arguments: [id, queued, last])
        let items = rows.map { row in
            let item = Item(
                id: "\(file[1] as String).\(row[1] as Int)", channelID: file[2], kind: .attachment, createdAt: now,
                schema: AttachmentBody.schemaVersion, wantsReview: file[3], body: [])
            return (item: item, reference: row[0] as Int64?)
        }
        if !items.isEmpty { try Outbox.append(items, to: .externalToRelay, in: db) }
        try db.execute(
            sql: "UPDATE attachment SET queued = ?, state = ?, changed_at = ? WHERE id = ?",
            arguments: [last, last == pieces ? "sent" : "ready", now.milliseconds, id])
        return items.count
    }
}
