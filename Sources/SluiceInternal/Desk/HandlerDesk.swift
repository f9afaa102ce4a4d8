internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// What one handler may read of a ticket.
struct HandlerDesk: Sendable {
    let store: Store
    let roster: Roster
    let zone: Zone
    let book: TicketBook

    func document(_ ticketID: String, for handler: RosterEntry) async throws -> [UInt8] {
        try await store.read { db in
            guard let ticket = try book.find(ticketID, db),
                try ShareLog.role(of: handler.key, in: ticket.id, db) != nil
            else { throw CaseError.unknownTicket }
            var writer = JSONWriter(reserving: 2048)
            try TicketDocument.current(ticket, roster: roster, db)
                .write(to: &writer, policy: handler.profile.policy, zone: zone)
            return writer.bytes
        }
    }
}

extension HandlerDesk {
    /// - Throws: `CaseError.unknownTicket`, `CaseError.unknownAttachment`; a file of a ticket whose attachments the handler
    ///   does not see is not known to it.
    func file(_ attachmentID: String, of ticketID: String, for handler: RosterEntry) async throws -> AttachmentFile {
        try await store.read { db in
            guard let ticket = try book.find(ticketID, db),
                try ShareLog.role(of: handler.key, in: ticket.id, db) != nil
            else { throw CaseError.unknownTicket }
            guard handler.profile.policy.shows(.attachments),
                let (key, pieces) = try AttachmentBook.available(attachmentID, of: ticketID, db),
                let entry = try AttachmentEntry.find(key, db)
            else { throw CaseError.unknownAttachment }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(entry.size ?? 0)
            for number in 1...max(1, pieces) { bytes += try AttachmentBook.bytes(of: key, piece: number, db) }
            return AttachmentFile(
                bytes: bytes, type: entry.type ?? MediaKind.unknown, fileName: entry.fileName,
                sha256: entry.sha256 ?? "")
        }
    }
}

extension TicketDocument {
    /// The ticket as it stands now.
    static func current(_ ticket: KnownTicket, roster: Roster?, _ db: Database) throws -> TicketDocument {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT unpacked(r.body), t.number, t.admitted_at, t.withdrawn_at, h.name FROM ticket t
                    JOIN revision r ON r.id = t.latest JOIN handler h ON h.id = t.owner WHERE t.id = ?
                    """), arguments: [ticket.id])
        guard let row else { throw CaseError.unknownTicket }
        let copies = try String.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT h.name FROM route r JOIN handler h ON h.id = r.handler
                    WHERE r.ticket = ? AND r.role = 'copy' ORDER BY h.name
                    """), arguments: [ticket.id])
        let owner: String = row[4]
        return TicketDocument(
            intake: Blob.bytes(row, 0), number: row[1], status: ticket.status, owner: owner,
            ownerName: roster?[owner]?.profile.name ?? owner, admittedAt: Timestamp(milliseconds: row[2]),
            withdrawnAt: (row[3] as Int64?).map { Timestamp(milliseconds: $0) }, sharedWith: copies,
            attachments: try AttachmentEntry.all(of: ticket.ticketID, db))
    }
}
