internal import Foundation
internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Takes a person out of external.db: raw messages, rejects, last bodies, what was forwarded, replies. The record's
/// identity and digests stay, so that the same record is absorbed when it comes again and brings nothing back.
struct ExternalErasure: Sendable {
    let store: Store
    let clock: @Sendable () -> Timestamp

    func apply(_ order: ErasureBody) async throws -> ErasureOutcome {
        // Looking through raw bytes takes long: not in the writer's transaction.
        let found = try await store.read { try Found(order, in: $0) }
        let now = clock()
        return try await store.commit { db in
            var outcome = ErasureOutcome()
            try empty(found, at: now, &outcome, db)
            try eraseItems(found, order, &outcome, db)
            try eraseReplies(order, &outcome, db)
            let cursor = try Int64.fetchOne(
                db, sql: "SELECT cursor FROM outlet WHERE stream = ?", arguments: [BoundaryStream.externalToRelay.name])
            try AttachmentErasure.apply(order, upTo: cursor ?? 0, &outcome, at: now, db)
            return outcome
        }
    }

    /// Where the ticket stands.
    private struct Found {
        var ticket: Int64?
        var messages: [Int64] = []
        var rejects: [Int64] = []
        var items: [Int64] = []

        init(_ order: ErasureBody, in db: Database) throws {
            let row = try TicketIndex.find(
                order.ticketID, channel: order.channelID, externalID: order.externalID, in: db)
            ticket = row?[0]
            let channel = try Int64.fetchOne(
                db, sql: "SELECT id FROM channel WHERE name = ?", arguments: [order.channelID])
            // A message holds the source's number in its own spelling, whatever revision it brought, or none.
            messages = try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM message WHERE channel = ?1 AND length(bytes) > 0
                    AND (id = ?2 OR instr(unpacked(bytes), CAST(?3 AS BLOB)) > 0)
                    """, arguments: [channel, row?[2] as Int64?, order.externalID])
            messages += try order.carriers.flatMap { carrier in
                try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT id FROM message WHERE channel = ? AND pruned_at IS NULL AND received_at = ?
                        AND length(bytes) > 0
                        """, arguments: [channel, carrier.createdAt.milliseconds])
            }
            rejects = try Int64.fetchAll(
                db, sql: "SELECT id FROM reject WHERE channel = ? AND instr(bytes, CAST(? AS BLOB)) > 0",
                arguments: [channel, order.externalID])
            items = try Int64.fetchAll(
                db, sql: "SELECT id FROM outbox WHERE stream = ? AND type = 1 AND item_id = ? AND kind LIKE 'ticket.%'",
                arguments: [BoundaryStream.externalToRelay.name, order.ticketID])
        }
    }

    private func empty(_ found: Found, at now: Timestamp, _ outcome: inout ErasureOutcome, _ db: Database) throws {
        for message in Set(found.messages) {
            try db.execute(
                sql: "UPDATE message SET bytes = zeroblob(0), pruned_at = ? WHERE id = ?",
                arguments: [now.milliseconds, message])
            outcome.rows += 1
        }
        for reject in found.rejects {
            if try RejectEvent.all(of: reject, in: db).allSatisfy({ $0.kind != .replayed && $0.kind != .discarded }) {
                try RejectEvent.append(
                    .discarded, to: reject, by: "erasure", at: now, reason: "the requester's data was erased", in: db)
            }
            try db.execute(sql: "UPDATE reject SET bytes = zeroblob(0) WHERE id = ?", arguments: [reject])
            try db.execute(sql: "UPDATE reject_event SET bytes = NULL WHERE reject = ?", arguments: [reject])
            outcome.rows += 1
        }
    }

    /// What is not in a segment yet goes out as it is and is looked at again: a segment cannot be unwritten.
    private func eraseItems(
        _ found: Found, _ order: ErasureBody, _ outcome: inout ErasureOutcome, _ db: Database
    ) throws {
        let cursor =
            try Int64.fetchOne(
                db, sql: "SELECT cursor FROM outlet WHERE stream = ?", arguments: [BoundaryStream.externalToRelay.name])
            ?? 0
        if let ticket = found.ticket {
            try db.execute(sql: "DELETE FROM reply_origin WHERE ticket = ?", arguments: [ticket])
            outcome.rows += db.changesCount
        }
        if let ticket = found.ticket, let body = try lastBody(ticket, found, order.extent, db) {
            // Always a row: without one, a copy that comes again would be kept anew.
            try FollowUpBook.keep(body.json(), of: ticket, in: db)
        }
        for item in found.items {
            guard item <= cursor else {
                outcome.isComplete = false
                continue
            }
            guard let (bytes, erased) = try content(item, order.extent, db), erased.json() != bytes else { continue }
            try db.execute(
                sql: "UPDATE outbox SET content = ?, sealed = NULL, sealing_key = NULL WHERE id = ?",
                arguments: [Packed.data(erased.json()), item])
            outcome.rows += 1
        }
    }

    /// Erased.
    private func lastBody(
        _ ticket: Int64, _ found: Found, _ extent: ErasureExtent, _ db: Database
    ) throws -> IntakeTicket? {
        if let kept = try FollowUpBook.body(of: ticket, in: db) { return kept.erased(extent) }
        return try found.items.max().flatMap { try content($0, extent, db)?.erased }
    }

    /// An item's body as it is, and erased. What is sealed cannot be opened here: it goes whole, the text beside it too,
    /// since nobody here knows which names and numbers to look for in it, and what is required of a ticket is filled in.
    private func content(
        _ item: Int64, _ extent: ErasureExtent, _ db: Database
    ) throws -> (bytes: [UInt8], erased: IntakeTicket)? {
        guard let row = try Row.fetchOne(db, sql: "SELECT content, sealed FROM outbox WHERE id = ?", arguments: [item]),
            let content = row[0] as Data?
        else { return nil }
        let bytes = try Packed.bytes(content)
        let root = try JSONDocument.parse(bytes).root
        guard let part = SealedPart(stored: (row[1] as Data?).map { [UInt8]($0) } ?? []) else {
            return (bytes, try IntakeTicket(json: root).erased(extent))
        }
        var ticket = try IntakeTicket(json: root, sealed: part.scope).erased(.all)
        ticket[.description] = ticket[.description] ?? .string(IntakeTicket.erasedText)
        ticket[.lineageRaw] = .rawLineage(
            RawLineage(sha256: String(repeating: "0", count: 64), bytes: 0, storedAt: ticket.text(.receivedAt) ?? ""))
        return (bytes, ticket)
    }

    /// A reply that waits is for the citizen and goes first.
    private func eraseReplies(_ order: ErasureBody, _ outcome: inout ErasureOutcome, _ db: Database) throws {
        guard order.extent == .all else { return }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, state FROM reply WHERE ticket_id = ?
                AND (public_text <> '' OR answer_excerpt IS NOT NULL OR last_error IS NOT NULL)
                """, arguments: [order.ticketID])
        for row in rows {
            guard ["acknowledged", "not_wanted", "failed"].contains(row[1] as String) else {
                outcome.isComplete = false
                continue
            }
            try db.execute(
                sql: "UPDATE reply SET public_text = '', answer_excerpt = NULL, last_error = NULL WHERE id = ?",
                arguments: [row[0] as Int64])
            outcome.rows += 1
        }
    }
}
