internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// What external.db lets go of, and what it keeps: identities, digests and counts stay for ever, so that a record that is
/// pushed again after years is still absorbed and the ledgers still balance.
struct ExternalRetention: Sendable {
    let store: Store
    /// How long a channel's raw bytes stay.
    let raw: @Sendable (_ channel: String) -> Duration
    /// How long what a person or a source has closed keeps its content.
    let closed: Duration
    /// How long what the relay has acknowledged can be sent again.
    let window: Duration
    /// Nobody ever says what became of an item.
    var isOneWay = false
    let clock: @Sendable () -> Timestamp

    /// Rows of one transaction.
    static let batch = 500

    var steps: [Housekeeping.Step] {
        [
            forget, closeUnheard, dropItems, dropKeys, dropPieces, emptyAttachments, dropFates, dropRaw, emptyRejects,
            emptyReplies,
        ]
    }

    private func cutoff(_ age: Duration) -> Int64 { clock().milliseconds - age.components.seconds * 1000 }

    @Sendable func forget() async throws -> Bool {
        let time = Timestamp(milliseconds: cutoff(window))
        return try await store.commit { db in
            try Outbox.forget(.externalToRelay, acknowledgedBefore: time, limit: Self.batch, in: db) == Self.batch
        }
    }

    /// Behind a one-way link what can no longer be sent again is as closed as it will ever be.
    @Sendable func closeUnheard() async throws -> Bool {
        guard isOneWay else { return false }
        let now = clock()
        return try await store.commit { db in
            let end = try Outbox.forgotten(of: .externalToRelay, in: db)
            try db.execute(
                sql: """
                    INSERT INTO item_fate (epoch, first, last, fate, at)
                    SELECT epoch, number, number, ?, ? FROM outbox WHERE stream = ? AND type = 1 AND id <= ? AND NOT EXISTS (
                        SELECT 1 FROM item_fate WHERE item_fate.epoch = outbox.epoch AND item_fate.last >= outbox.number
                        AND item_fate.first <= outbox.number AND fate IN ('admitted', 'rejected', 'unheard'))
                    LIMIT ?
                    """,
                arguments: [
                    ItemFate.unheard, now.milliseconds, BoundaryStream.externalToRelay.name, end, Self.batch,
                ])
            let count = db.changesCount
            try db.execute(
                sql: """
                    UPDATE attachment SET state = 'unheard', changed_at = ? WHERE state = 'sent' AND NOT EXISTS (
                        SELECT 1 FROM attachment_piece p JOIN outbox o ON o.reference = p.id
                        WHERE p.attachment = attachment.id AND o.stream = ? AND o.kind = 'attachment' AND o.id > ?)
                    """, arguments: [now.milliseconds, BoundaryStream.externalToRelay.name, end])
            return count == Self.batch
        }
    }

    /// Items that are admitted or rejected for good. One that is held or on the way stays, however old.
    @Sendable func dropItems() async throws -> Bool {
        try await store.commit { db in
            let end = try Outbox.forgotten(of: .externalToRelay, in: db)
            try db.execute(
                sql: """
                    DELETE FROM outbox WHERE id IN (
                        SELECT id FROM outbox WHERE stream = ? AND type = 1 AND id <= ? AND EXISTS (
                            SELECT 1 FROM item_fate WHERE item_fate.epoch = outbox.epoch
                            AND item_fate.last >= outbox.number AND item_fate.first <= outbox.number
                            AND fate IN ('admitted', 'rejected', 'unheard'))
                        LIMIT ?)
                    """, arguments: [BoundaryStream.externalToRelay.name, end, Self.batch])
            return db.changesCount == Self.batch
        }
    }

    /// Keys that no item which is still here is sealed with.
    @Sendable func dropKeys() async throws -> Bool {
        let unused = try await store.read { try Outbox.unusedKeys(limit: Self.batch, in: $0) }
        if unused.isEmpty { return false }
        try await store.commit { try Outbox.forgetKeys(unused, in: $0) }
        return unused.count == Self.batch
    }

    /// Bytes of files that have their end and that nothing in the outbox refers to any more. What a file was and became
    /// stays.
    @Sendable func dropPieces() async throws -> Bool {
        try await store.commit { db in
            try db.execute(
                sql: """
                    DELETE FROM attachment_piece WHERE id IN (
                        SELECT p.id FROM attachment_piece p JOIN attachment a ON a.id = p.attachment
                        WHERE a.state IN ('taken', 'rejected', 'failed', 'unheard') AND NOT EXISTS (
                            SELECT 1 FROM outbox WHERE stream = ? AND kind = 'attachment' AND reference = p.id)
                        LIMIT 50)
                    """, arguments: [BoundaryStream.externalToRelay.name])
            return db.changesCount == 50
        }
    }

    /// What files were called, once they have had their end for so long. Their ids stay: the same file is not brought again.
    @Sendable func emptyAttachments() async throws -> Bool {
        let time = cutoff(closed)
        return try await store.commit { db in
            try db.execute(
                sql: """
                    UPDATE attachment SET name = '', media_url = NULL, wanted = NULL WHERE id IN (
                        SELECT id FROM attachment WHERE state IN ('taken', 'rejected', 'failed', 'unheard') AND name <> ''
                        AND changed_at < ? AND NOT EXISTS (
                            SELECT 1 FROM attachment_piece WHERE attachment = attachment.id) LIMIT ?)
                    """, arguments: [time, Self.batch])
            return db.changesCount == Self.batch
        }
    }

    /// Fates of items that are gone. While an item stands in the outbox its fate does too: a second receipt must not
    /// count.
    @Sendable func dropFates() async throws -> Bool {
        let time = cutoff(window)
        return try await store.commit { db in
            try db.execute(
                sql:
                    "DELETE FROM renumbered WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.id = renumbered.outbox)"
            )
            try db.execute(
                sql: """
                    DELETE FROM item_fate WHERE id IN (
                        SELECT id FROM item_fate WHERE at < ?1 AND NOT EXISTS (
                            SELECT 1 FROM outbox WHERE stream = ?2 AND outbox.epoch = item_fate.epoch
                            AND number BETWEEN first AND last)
                        AND NOT EXISTS (
                            SELECT 1 FROM renumbered WHERE stream = ?2 AND old_epoch = item_fate.epoch
                            AND old_number BETWEEN first AND last)
                        LIMIT ?3)
                    """, arguments: [time, BoundaryStream.externalToRelay.name, Self.batch])
            return db.changesCount == Self.batch
        }
    }

    /// Raw bytes of messages of which everything has arrived inside or was closed.
    @Sendable func dropRaw() async throws -> Bool {
        let now = clock()
        return try await store.commit { db in
            let channels = try Row.fetchAll(db, sql: "SELECT id, name FROM channel")
            let needed = try RawNeeds(db)
            var isMore = false
            for channel in channels {
                let age = raw(channel[1]).components.seconds * 1000
                isMore = try dropRaw(channel[0], before: now.milliseconds - age, now, needed, db) || isMore
            }
            return isMore
        }
    }

    private func dropRaw(
        _ channel: Int64, before time: Int64, _ now: Timestamp, _ needed: RawNeeds, _ db: Database
    ) throws -> Bool {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, received_at FROM message WHERE channel = ? AND pruned_at IS NULL AND received_at < ?
                ORDER BY received_at
                """, arguments: [channel, time])
        var found: [Int64] = []
        while found.count < Self.batch, let row = try rows.next() {
            if !needed.contains(message: row[0], channel: channel, receivedAt: row[1]) { found.append(row[0]) }
        }
        let update = try db.cachedStatement(sql: "UPDATE message SET bytes = zeroblob(0), pruned_at = ? WHERE id = ?")
        for id in found { try update.execute(arguments: [now.milliseconds, id]) }
        return found.count == Self.batch
    }

    /// The digest stays: the same bad record is still known.
    @Sendable func emptyRejects() async throws -> Bool {
        let time = cutoff(closed)
        return try await store.commit { db in
            try db.execute(
                sql: """
                    UPDATE reject SET bytes = zeroblob(0) WHERE id IN (
                        SELECT id FROM reject WHERE length(bytes) > 0 AND EXISTS (
                            SELECT 1 FROM reject_event WHERE reject_event.reject = reject.id
                            AND kind IN ('replayed', 'discarded') AND at < ?) LIMIT ?)
                    """,
                arguments: [time, Self.batch])
            let count = db.changesCount
            try db.execute(
                sql: """
                    UPDATE reject_event SET bytes = NULL WHERE bytes IS NOT NULL
                    AND reject IN (SELECT id FROM reject WHERE length(bytes) = 0)
                    """)
            return count == Self.batch
        }
    }

    /// The reply's id stays: one that comes again is not sent again.
    @Sendable func emptyReplies() async throws -> Bool {
        let time = cutoff(closed)
        return try await store.commit { db in
            try db.execute(
                sql: """
                    UPDATE reply SET public_text = '', answer_excerpt = NULL WHERE id IN (
                        SELECT id FROM reply WHERE state IN ('acknowledged', 'not_wanted') AND public_text <> ''
                        AND coalesce(settled_at, offered_at) < ? LIMIT ?)
                    """, arguments: [time, Self.batch])
            return db.changesCount == Self.batch
        }
    }
}
