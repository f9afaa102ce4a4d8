internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Takes a person out of internal.db: revisions, what waits or was refused, replies, the timeline, events. The case, its
/// numbers and all counts stay.
struct InternalErasure: Sendable {
    let store: Store
    let book: TicketBook

    func apply(_ order: ErasureBody) async throws -> ErasureOutcome {
        try await store.commit { db in
            var outcome = ErasureOutcome()
            let ticket = try book.row(of: order.ticketID, db)
            let values = try PersonalValues(of: order.ticketID, row: ticket, db)
            if let ticket {
                try eraseReplies(of: ticket, order, values, &outcome, db)
                try eraseTexts(of: ticket, order, values, &outcome, db)
            }
            outcome.rows += try AttachmentBook.erase(ticketID: order.ticketID, at: order.orderedAt, db)
            // The bodies say what to look for: they go last, when nothing has to be looked at again.
            if outcome.isComplete || order.extent == .all { try eraseBodies(of: ticket, order, values, &outcome, db) }
            return outcome
        }
    }

    private func eraseBodies(
        of ticket: Int64?, _ order: ErasureBody, _ values: PersonalValues, _ outcome: inout ErasureOutcome,
        _ db: Database
    ) throws {
        for place in PersonalValues.places {
            for row in try place.rows(of: order.ticketID, row: ticket, db) {
                let bytes = Blob.bytes(row, 1)
                if place.table == "refused" { try eraseSealed(row[0], &outcome, db) }
                guard let ticket = try? IntakeDocument.read(bytes) else { continue }
                let erased = values.erased(from: ticket, order.extent).json()
                if erased == bytes { continue }
                try db.execute(
                    sql: "UPDATE \(place.table) SET body = ? WHERE rowid = ?",
                    arguments: [Blob.data(erased), row[0] as Int64])
                outcome.rows += 1
            }
        }
    }

    /// What nobody could open goes whole.
    private func eraseSealed(_ id: Int64, _ outcome: inout ErasureOutcome, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE refused SET sealed = NULL, code = 'erased' WHERE rowid = ? AND sealed IS NOT NULL",
            arguments: [id])
        outcome.rows += db.changesCount
    }

    /// A reply that is on its way to the citizen goes first.
    private func eraseReplies(
        of ticket: Int64, _ order: ErasureBody, _ values: PersonalValues, _ outcome: inout ErasureOutcome,
        _ db: Database
    ) throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, state, answer, body FROM reply WHERE ticket = ?", arguments: [ticket])
        for row in rows {
            let (bytes, answer): ([UInt8], String?) = (Blob.bytes(row, 3), row[2])
            guard var body = try? CaseEventBody(json: bytes) else { continue }
            let isAll = order.extent == .all
            body.publicText = isAll ? nil : body.publicText.map(values.removed)
            let left = isAll ? nil : answer.map(values.removed)
            if body.json() == bytes, left == answer { continue }
            guard ReplyState(rawValue: row[1])?.isSettled == true else {
                outcome.isComplete = false
                continue
            }
            try db.execute(
                sql: "UPDATE reply SET body = ?, answer = ? WHERE id = ?",
                arguments: [Blob.data(body.json()), left, row[0] as Int64])
            outcome.rows += 1
        }
    }

    private func eraseTexts(
        of ticket: Int64, _ order: ErasureBody, _ values: PersonalValues, _ outcome: inout ErasureOutcome,
        _ db: Database
    ) throws {
        let steps = try Row.fetchAll(
            db, sql: "SELECT number, step, detail FROM timeline WHERE ticket = ?", arguments: [ticket])
        for row in steps {
            let (step, detail): (String, String) = (row[1], row[2])
            // Of what people wrote the kind stays: `replied: …`.
            let isWritten = step.hasPrefix("case.") || step.hasPrefix("reply.")
            let left =
                order.extent == .all && isWritten
                ? String(detail.prefix { $0 != ":" }) : values.removed(from: detail)
            if left == detail { continue }
            try db.execute(
                sql: "UPDATE timeline SET detail = ? WHERE ticket = ? AND number = ?",
                arguments: [left, ticket, row[0] as Int])
            outcome.rows += 1
        }
        let events = try Row.fetchAll(
            db,
            sql: """
                SELECT e.id, e.detail FROM timeline l JOIN event e ON e.id = l.event
                WHERE l.ticket = ? AND e.detail IS NOT NULL
                """, arguments: [ticket])
        for row in events {
            let bytes = Blob.bytes(row, 1)
            let left = try values.erased(fromDetail: bytes, order.extent)
            if left == bytes { continue }
            try db.execute(
                sql: "UPDATE event SET detail = ? WHERE id = ?", arguments: [Blob.data(left), row[0] as Int64])
            outcome.rows += 1
        }
    }
}
