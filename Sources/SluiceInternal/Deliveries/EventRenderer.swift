internal import GRDB
internal import SluiceSDK
internal import SluiceStore

/// Writes events as CloudEvents 1.0, each with the ticket as it stood when the event was made.
struct EventRenderer: Sendable {
    let store: Store
    let roster: Roster
    let zone: Zone

    /// In the order given. A repeat of the same events gives the same bytes while the configuration stays.
    func render(_ events: [Int64], for handler: RosterEntry) async throws -> [[UInt8]] {
        try await store.read { db in
            try events.map { try render($0, for: handler, db) }
        }
    }

    private func render(_ event: Int64, for handler: RosterEntry, _ db: Database) throws -> [UInt8] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT e.uid, e.kind, e.status, e.at, e.detail, r.body, t.ticket_id, t.number, t.admitted_at, t.owner,
                    c.jurisdiction, t.id
                FROM event e JOIN revision r ON r.id = e.revision JOIN ticket t ON t.id = e.ticket
                JOIN channel c ON c.id = t.channel WHERE e.id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [event]) else {
            throw PluginError(.rejected, "delivery.no-event", "event \(event) is not in the store")
        }
        let at = Timestamp(milliseconds: row[3])
        let kind: String = row[1]
        let owner = try name(of: row[9], db)
        let document = TicketDocument(
            intake: try Packed.bytes(row, 5), number: row[7], status: CaseStatus(rawValue: row[2]) ?? .received,
            owner: owner.id, ownerName: owner.name, admittedAt: Timestamp(milliseconds: row[8]),
            withdrawnAt: kind == "ticket.withdrawn" ? at : nil, sharedWith: [])
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.field("specversion", "1.0")
        writer.field("id", row[0] as String)
        writer.field("source", "/sluice/" + TemplateEscape.url.apply(row[10]))
        writer.field("type", kind)
        writer.field("subject", row[6] as String)
        writer.field("time", at.rfc3339(in: zone))
        writer.field("datacontenttype", "application/json")
        writer.key("data")
        try write(
            document, detail: Blob.bytes(row, 4), as: kind == "ticket.attached" ? "attachment" : "case_event",
            to: &writer, policy: handler.profile.policy)
        writer.endObject()
        return writer.bytes
    }

    private func write(
        _ document: TicketDocument, detail: [UInt8], as name: String, to writer: inout JSONWriter, policy: FieldPolicy
    ) throws {
        if detail.isEmpty { return try document.write(to: &writer, policy: policy, zone: zone) }
        var data = JSONWriter(reserving: 2048)
        try document.write(to: &data, policy: policy, zone: zone)
        writer.raw(data.bytes.dropLast() + Array(",\"\(name)\":".utf8) + detail + [UInt8(ascii: "}")])
    }

    /// A handler that left the configuration is known by its id alone.
    private func name(of handler: Int64, _ db: Database) throws -> (id: String, name: String) {
        if let entry = roster[handler] { return (entry.profile.id, entry.profile.name) }
        let id = try String.fetchOne(
            db.cachedStatement(sql: "SELECT name FROM handler WHERE id = ?"), arguments: [handler])
        return (id ?? "", id ?? "")
    }
}
